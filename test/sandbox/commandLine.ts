import { parseArgs } from 'node:util';
import { BadInput } from './checks';
import { readSettings, type Settings } from './settings';

/** What was asked for on the command line. */
export interface CommandLine {
  readonly help: boolean;
  readonly json: boolean;
  readonly lively: boolean;
  /** The three messages of the documentation are there from the start. */
  readonly example: boolean;
  readonly port: number;
  readonly settings: Partial<Settings>;
}

/** Printed by `--help`. */
export const USAGE = `A Chapi to develop and test against, on this machine only.

Usage: npm run sandbox -- [flags]

  --lively                colleagues have talked for hours, go on, and answer you
  --example               start with the three messages of the documentation
  --port N                the port; a free one when left out
  --key KEY               a key that is let in (may be given several times); a new one when left out
  --json                  print one line of JSON: baseUrl, key, controlUrl
  --help                  print this

How the service behaves:
  --limiter KIND          none, window (5 in any second) or spacing (200 ms apart)
  --refusal-status N      429 or 500, for what the limiter refuses
  --retry-after N         seconds in the Retry-After header of what the limiter refuses
  --page-cap N            the most messages in a page
  --ts MEANING            since, before or ignored
  --escapes               texts have &lt; &gt; &amp;
  --text-field NAME       parsed or messageParsed
  --late-timestamps       a message just sent is older than those already there
  --etag                  pages have an ETag
  --trailing-slash WHICH  without, with or both: the address that takes a POST
  --latency N             milliseconds from a request to its answer
  --author-per-key        each key has its own author, not all of them "Chapi"
  --single-object         a page of one message is an object, not an array
  --order ORDER           newestFirst, oldestFirst or shuffled
`;

const FLAGS = {
  help: { type: 'boolean', short: 'h' },
  json: { type: 'boolean' },
  lively: { type: 'boolean' },
  example: { type: 'boolean' },
  port: { type: 'string' },
  key: { type: 'string', multiple: true },
  limiter: { type: 'string' },
  'refusal-status': { type: 'string' },
  'retry-after': { type: 'string' },
  'page-cap': { type: 'string' },
  ts: { type: 'string' },
  escapes: { type: 'boolean' },
  'text-field': { type: 'string' },
  'late-timestamps': { type: 'boolean' },
  etag: { type: 'boolean' },
  'trailing-slash': { type: 'string' },
  latency: { type: 'string' },
  'author-per-key': { type: 'boolean' },
  'single-object': { type: 'boolean' },
  order: { type: 'string' },
} as const;

/** A whole number, nothing when the flag was not given, or throws {@link BadInput}. */
function readCount(text: string | undefined, flag: string): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,9}$/.test(text)) throw new BadInput(`${flag} takes a whole number, not "${text}".`);
  return Number(text);
}

/**
 * Reads the arguments after the name of the script.
 * Throws {@link BadInput} with a sentence for a flag or a value that is not known.
 */
export function readCommandLine(argumentTexts: readonly string[]): CommandLine {
  const flags = parseFlags(argumentTexts);
  const port = readCount(flags.port, '--port') ?? 0;
  if (port > 65_535) throw new BadInput('--port takes a number from 0 to 65535.');
  const seconds = readCount(flags['retry-after'], '--retry-after');
  return {
    help: flags.help ?? false,
    json: flags.json ?? false,
    lively: flags.lively ?? false,
    example: flags.example ?? false,
    port,
    settings: readSettings({
      keys: flags.key,
      limiter: flags.limiter,
      refusalStatus: readCount(flags['refusal-status'], '--refusal-status'),
      retryAfter: seconds === undefined ? undefined : { seconds },
      pageCap: readCount(flags['page-cap'], '--page-cap'),
      tsMeaning: flags.ts,
      escapes: flags.escapes,
      textField: flags['text-field'],
      lateTimestamps: flags['late-timestamps'],
      etag: flags.etag,
      trailingSlash: flags['trailing-slash'],
      latencyMs: readCount(flags.latency, '--latency'),
      oneAuthor: flags['author-per-key'] === true ? false : undefined,
      singleObject: flags['single-object'],
      order: flags.order,
    }),
  };
}

type Flags = ReturnType<typeof parseArgs<{ options: typeof FLAGS }>>['values'];

function parseFlags(argumentTexts: readonly string[]): Flags {
  try {
    return parseArgs({ args: [...argumentTexts], options: FLAGS, allowPositionals: false }).values;
  } catch (error) {
    // Node's sentences name the flag; what follows the first one is about positional arguments, which nothing here takes.
    const [sentence = ''] = (error instanceof Error ? error.message : String(error)).split('. ');
    throw new BadInput(`${sentence.replace(/\.$/, '')}. See --help for what there is.`);
  }
}
