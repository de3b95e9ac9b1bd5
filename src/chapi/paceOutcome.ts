/** What became of a request: let in, refused as one too many, or not known (no answer, or none that tells). */
export type PaceOutcome = 'accepted' | 'refused' | 'unknown';
