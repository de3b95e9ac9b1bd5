import { isInFence } from './pastedCode';

/** What is being completed: the name of a person, an emoji, the language of a block of code, or an open file. */
export type CompletionKind = 'mention' | 'emoji' | 'language' | 'file';

/** What somebody is writing that can be completed. */
export interface CompletionQuery {
  readonly kind: CompletionKind;
  /** Where the text begins that the completion stands in for. */
  readonly start: number;
  /** What is written of it so far. */
  readonly query: string;
}

/** A text that can stand in the place of a query. */
export interface Completion {
  readonly label: string;
  readonly insert: string;
}

/** More do not fit and are not read. */
const MAX_SHOWN = 8;

/** Names of people are no longer, in the eyes of somebody who completes them. */
const MAX_QUERY = 40;

/** What people write after a fence. The highlighter knows them all. */
export const fenceLanguages = [
  'bash',
  'c',
  'cpp',
  'csharp',
  'css',
  'diff',
  'dockerfile',
  'go',
  'html',
  'ini',
  'java',
  'javascript',
  'json',
  'jsx',
  'kotlin',
  'markdown',
  'php',
  'powershell',
  'python',
  'ruby',
  'rust',
  'scss',
  'shell',
  'sql',
  'swift',
  'toml',
  'tsx',
  'typescript',
  'xml',
  'yaml',
] as const;

const language = /^ {0,3}`{3,}([\w#+-]+)$/;
const mention = /(?:^|[\s([{"'*_~])@([\p{L}\p{N}_'.-]+(?: [\p{L}\p{N}_'.-]*){0,3})$/u;
const emoji = /(?:^|[\s([{"'*_~]):([a-z0-9_+-]{2,})$/;
const file = /(?:^|[\s([{"'])#([^\s#]+)$/;

/** What can be completed at a place in a text, if anything can. Within a block of code nothing can. */
export function completionQuery(text: string, caret: number): CompletionQuery | undefined {
  const lineStart = text.lastIndexOf('\n', caret - 1) + 1;
  // Names and paths are short: a line of a megabyte is not looked through.
  const line = text.slice(Math.max(lineStart, caret - 2 * MAX_QUERY), caret);
  const fence = language.exec(line)?.[1];
  const before = text.slice(0, lineStart);
  if (fence !== undefined) {
    return isInFence(before) ? undefined : { kind: 'language', start: caret - fence.length, query: fence };
  }
  for (const [kind, pattern] of [
    ['mention', mention],
    ['emoji', emoji],
    ['file', file],
  ] as const) {
    const query = pattern.exec(line)?.[1];
    if (query === undefined || query.length > MAX_QUERY) continue;
    // With the sign before it.
    return isInFence(before) ? undefined : { kind, start: caret - query.length - 1, query };
  }
  return undefined;
}

/** How well a candidate fits: at its beginning, at the beginning of one of its words, anywhere, or not. */
function rank(candidate: string, query: string): number {
  const at = candidate.indexOf(query);
  if (at <= 0) return at === 0 ? 0 : Infinity;
  return /[\p{L}\p{N}]/u.test(candidate[at - 1] ?? '') ? 2 : 1;
}

/**
 * The candidates that fit what is written, the best first. Nothing when it is written out already: then there is nothing
 * to complete, and Enter has to do what it does.
 */
export function ranked<Candidate>(
  candidates: Iterable<Candidate>,
  nameOf: (candidate: Candidate) => string,
  query: string,
): readonly Candidate[] {
  const wanted = query.toLowerCase();
  const found: { readonly candidate: Candidate; readonly rank: number; readonly order: number }[] = [];
  let order = 0;
  for (const candidate of candidates) {
    const name = nameOf(candidate).toLowerCase();
    if (name === wanted.trimEnd()) return [];
    const fits = rank(name, wanted);
    if (fits !== Infinity) found.push({ candidate, rank: fits, order: order++ });
  }
  return found
    .sort((left, right) => left.rank - right.rank || left.order - right.order)
    .slice(0, MAX_SHOWN)
    .map(({ candidate }) => candidate);
}

/** A path as a reference in running text. */
export function fileReference(path: string): string {
  return `\`${path.replace(/[\r\n\u2028\u2029`]/g, '\uFFFD')}\` `;
}
