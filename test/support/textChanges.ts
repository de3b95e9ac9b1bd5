/** One way in which a service may show another text than it was sent. */
export interface TextChange {
  readonly name: string;
  readonly sent: string;
  readonly shown: string;
  /** It is known for the same text; otherwise it is only a reason to doubt. */
  readonly isRecognised: boolean;
}

const same = (name: string, sent: string, shown: string): TextChange => ({ name, sent, shown, isRecognised: true });
const similar = (name: string, sent: string, shown: string): TextChange => ({ name, sent, shown, isRecognised: false });

const LONG = 'The third test of the second suite fails, but only on Windows and only when the disk is slow.';

/** What services do to texts. */
export const textChanges: readonly TextChange[] = [
  same('composes', 'the cafe\u0301 is open today', 'the caf\u00e9 is open today'),
  same('decomposes', 'the caf\u00e9 is open today', 'the cafe\u0301 is open today'),
  same('trims', '  indented by two blanks \n', 'indented by two blanks'),
  same('collapses blanks', 'two  blanks   and\tmore of them', 'two blanks and more of them'),
  same('makes lines one line', 'first line\nsecond line', 'first line second line'),
  same('no-break blanks become blanks', 'ten\u00a0% of the\u202fwhole', 'ten % of the whole'),
  same('blanks become no-break blanks', 'a  b is a wide gap', 'a \u00a0b is a wide gap'),
  same('CRLF becomes LF', 'first line\r\nsecond line', 'first line\nsecond line'),
  same('a lone CR becomes LF', 'first line\rsecond line', 'first line\nsecond line'),
  same('a lone CR is a blank', 'first line\rsecond line', 'first line second line'),
  same('line ends become tags', 'first line\nsecond line', 'first line<br>second line'),
  same('escapes', 'if a < b && c > "d" then', 'if a &lt; b &amp;&amp; c &gt; &quot;d&quot; then'),
  same('escapes twice', 'if a < b && c then', 'if a &amp;lt; b &amp;amp;&amp;amp; c then'),
  same('escapes with numbers', "it's a / b, isn't it", 'it&#39;s a &#x2F; b, isn&#x27;t it'),
  same('writes umlauts as entities', 'schöne Grüße, heiß', 'sch&ouml;ne Gr&uuml;&szlig;e, hei&szlig;'),
  same('brackets links', 'see https://example.com/a?b=c for it', 'see <https://example.com/a?b=c> for it'),
  same('labels links', 'see example.com for it', 'see <http://example.com|example.com> for it'),
  same('ends links with a slash', 'see https://example.com for it', 'see https://example.com/ for it'),
  same('links in Markdown', 'see https://example.com/a now', 'see [https://example.com/a](https://example.com/a) now'),
  same(
    'links in HTML',
    'see https://example.com/a now',
    'see <a href="https://example.com/a" target="_blank">https://example.com/a</a> now',
  ),
  same('names emoji', 'well done 🎉 all of you 👍🏽', 'well done :tada: all of you :+1::skin-tone-4:'),
  same('draws emoji', 'well done :tada: all of you', 'well done 🎉 all of you'),
  same('drops variants of emoji', 'with love ❤️ from us all', 'with love ❤ from us all'),
  same('sets quotes', '"it\'s done", she said', '“it’s done”, she said'),
  same('straightens quotes', '“it’s done”, she said', '"it\'s done", she said'),
  same('sets dashes', 'wait -- there is more...', 'wait – there is more…'),
  same('drops what is invisible', 'zero\u200bwidth\u200d and a \ufeffmark', 'zerowidth and a mark'),
  similar('strips tags', 'a <b>bold</b> claim by List<String>', 'a bold claim by List'),
  similar('keeps only the label of a link', 'see [the docs](https://example.com/a) now', 'see the docs now'),
  similar('cuts off after 40', LONG, LONG.slice(0, 40)),
  similar('cuts off after 20, with dots', LONG, `${LONG.slice(0, 20)}…`),
  similar('lowers case', 'The Tests Are RED', 'the tests are red'),
  similar('strips marks of bold', 'this is *very* bold indeed', 'this is very bold indeed'),
  similar('writes bold in HTML', 'this is *very* bold indeed', 'this is <strong>very</strong> bold indeed'),
  similar('strips code fences', '```\nconst a = 1;\n```', 'const a = 1;'),
  similar('rewrites a mention by id', '@Alice Fox please have a look', '<@U123> please have a look'),
  similar('rewrites a mention by name', '@Alice Fox please have a look', '@alice please have a look'),
  similar('writes a mention out', '@alice please have a look', '@Alice Fox please have a look'),
  similar('shows nothing but a mention', '@Alice Fox', '<@U123>'),
  similar('drops emoji', 'well done 🎉 all of you', 'well done all of you'),
  similar('drops accents', 'déjà vu à Besançon', 'deja vu a Besancon'),
  similar('puts question marks for what is not ASCII', 'Привет, everybody', '??????, everybody'),
  similar('adds a footer', 'the build is green again', 'the build is green again\n-- sent with Chapi'),
  similar('masks a word', 'what the heck is this about', 'what the **** is this about'),
];

/** Texts that make careless patterns slow. */
export const hostileTexts: readonly (readonly [name: string, text: string])[] = [
  ['angle brackets', '<'.repeat(20_000)],
  ['anchors without an end', '<a href='.repeat(5000)],
  ['square brackets', '['.repeat(20_000)],
  ['colons', ':a'.repeat(20_000)],
  ['ampersands', '&'.repeat(20_000)],
  ['escapes of escapes', '&amp;'.repeat(8000)],
  ['mentions', '@a '.repeat(8000)],
  ['joined pictures', '👩\u200d'.repeat(8000)],
  ['dashes and blanks', '- '.repeat(20_000)],
  ['slashes', '/'.repeat(20_000)],
  ['blanks', ' '.repeat(20_000)],
];
