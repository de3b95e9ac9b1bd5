const escapes: Readonly<Record<string, string>> = {
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
  '&amp;': '&',
};

/** The text with its escapes undone once: `&amp;lt;` is what somebody wrote as `&lt;`. */
export function unescapeOnce(text: string): string {
  return text.includes('&') ? text.replace(/&(?:lt|gt|quot|#39|amp);/g, (escape) => escapes[escape] ?? escape) : text;
}

/**
 * Whether a service escapes texts, by one that was sent and the same one as the service gives it back.
 * @returns nothing when the text does not tell
 */
export function showsEscaping(sent: string, returned: string): boolean | undefined {
  if (!sent.includes('<')) return undefined;
  if (returned.includes('<')) return false;
  return returned.includes('&lt;') ? true : undefined;
}
