import { isCodeLanguage, isCommand } from './codeLanguages';

/** What stands behind an opening fence. */
export interface FenceInfo {
  /** Absent when none is named. */
  readonly language?: string;
  /** What else is said about the code, as it was written; absent when nothing is. */
  readonly info?: string;
}

/** More is no word about the code, but code in one line. */
const MAX_LENGTH = 300;

const VALUE = String.raw`(?:"[^"]*"|'[^']*'|[^\s"',{}]+)`;
const WORD = String.raw`[\w.:/+#@-]+`;
/** What generators of sites let their authors write: `{1,3}`, `[a.ts]`, `/pattern/`, `title="a b.ts"`. */
const attribute = new RegExp(
  String.raw`^(?:\{[^{}]*\}|\[[^[\]]*\]|/[^/\s]+/\S{0,10}|"[^"]*"|'[^']*'|[\w.:-]+=(?:\{[^{}]*\}|${VALUE}))(?=$|[\s,{[])`,
);
const fileName = new RegExp(String.raw`^(?:title|file|filename|name|path|label|caption)=${VALUE}(?=$|\s)`);
const numbers = /^\{[\d, .-]*\}(?=$|\s)/;
/** Nobody says such words about code: code begins with them. */
const KEYWORDS =
  'import|export|from|let|const|var|function|return|class|if|for|while|def|use|using|package|public|private|static|type|' +
  'interface|enum|new|throw|await|async|fn|pub|struct|impl|mod|namespace|module|begin|end';
const bareWord = new RegExp(`^(?!(?:${KEYWORDS})\\b)${WORD}(?=$|[\\s,])`, 'i');
/** Words that no command takes: names in camel case, and those of well-known generators. */
const metaWord =
  /^(?:[a-z]+(?:[A-Z][a-z\d]*)+|[a-z]+(?:[_-][a-z]+)+|twoslash|copy|nocopy|linenos|numbered|live|editable|runnable|ignore|diff|wrap|nowrap|collapsed?|expand(?:able|ed)?|focus|fold|frame|hidden|output|preview|demo)(?=$|[\s,])/;

/** `{r, echo=FALSE}`, `{.python .numberLines}`, `{=html}`: the language in braces, and what else is in them. */
const braced = /^\{\s*(?:#[\w-]+\s+)?(?:[.=]?([A-Za-z][\w+#-]*)(?![\w.-]*\s*[=:]))?([^{}]*)\}$/;
const bracedRest = new RegExp(String.raw`^(?:[\s,]+|[.#]?[\w.-]+(?:=${VALUE})?(?=$|[\s,]))`);

/** Whether a text is made of nothing but such pieces, each of them behind the last. */
function isMadeOf(text: string, pieces: readonly RegExp[]): boolean {
  let rest = text;
  while (rest !== '') {
    const piece = pieces.map((one) => one.exec(rest)?.[0] ?? '').find((found) => found !== '');
    if (piece === undefined) return false;
    rest = rest.slice(piece.length);
  }
  return true;
}

const separators = /^[\s,]+/;

function infoOf(language: string | undefined, written: string): FenceInfo {
  const info = written.replace(/^[\s,:]+/, '').trimEnd();
  return { ...(language ? { language } : {}), ...(info === '' ? {} : { info }) };
}

function bracedInfo(written: string): FenceInfo | undefined {
  const [, language, rest = ''] = braced.exec(written) ?? [];
  if (language === undefined && rest === '') return undefined;
  return isMadeOf(rest, [bracedRest]) ? infoOf(language, rest) : undefined;
}

/**
 * Reads what stands behind a fence of backticks.
 * @returns `undefined` for what is no language and words about the code, but code: some begin it behind the fence
 */
export function fenceInfo(written: string): FenceInfo | undefined {
  const trimmed = written.trim();
  if (trimmed === '') return {};
  if (trimmed.length > MAX_LENGTH) return undefined;
  if (trimmed.startsWith('{')) return bracedInfo(trimmed);
  if (fileName.test(trimmed)) {
    return isMadeOf(trimmed, [separators, attribute]) ? infoOf(undefined, trimmed) : undefined;
  }
  const [name = ''] = /^[^\s(){}[\];=<>"',]*/.exec(trimmed) ?? [];
  const [, beforeColon = ''] = /^([^:]+):/.exec(name) ?? [];
  const language = isCodeLanguage(beforeColon) ? beforeColon : name;
  if (name.length === trimmed.length) return infoOf(language, trimmed.slice(language.length));
  if (name === '') return undefined;
  const rest = trimmed.slice(language.length);
  return isMadeOf(rest, [separators, ...wordsBehind(language, rest)]) ? infoOf(language, rest) : undefined;
}

/** What may follow a language. What may be code is it: `go build` runs a program, `ts twoslash` does not. */
function wordsBehind(language: string, rest: string): readonly RegExp[] {
  const isList = rest.startsWith(',');
  if (!isCodeLanguage(language)) {
    const isApart = /^\s/.test(rest) || /^,\w+(?:,\w+)*$/.test(rest);
    return !isApart ? [] : isList ? [bareWord] : [fileName, numbers];
  }
  return isCommand(language) && !isList ? [fileName, attribute, metaWord] : [attribute, bareWord];
}

/** Reads what stands behind a fence of tildes: nobody begins code there. */
export function tildeFenceInfo(written: string): FenceInfo {
  const trimmed = written.trim();
  const [first = ''] = trimmed.split(/\s/, 1);
  return fenceInfo(trimmed) ?? infoOf(first, trimmed.slice(first.length));
}
