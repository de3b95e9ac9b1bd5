/** What people write after a fence, the more common first. The highlighter knows them all. */
export const fenceLanguages = [
  'typescript',
  'javascript',
  'python',
  'json',
  'bash',
  'sql',
  'html',
  'css',
  'java',
  'csharp',
  'cpp',
  'c',
  'go',
  'rust',
  'php',
  'ruby',
  'kotlin',
  'swift',
  'yaml',
  'xml',
  'shell',
  'powershell',
  'tsx',
  'jsx',
  'markdown',
  'scss',
  'diff',
  'dockerfile',
  'toml',
  'ini',
] as const;

/**
 * The other names that the highlighter knows. They are complete as they are: behind one that is written, `ts` say,
 * there is nothing to complete.
 */
const aliases: ReadonlySet<string> = new Set(
  (
    'sh zsh h cc c++ h++ hpp hh hxx cxx cs c# patch docker golang jsp js mjs cjs jsonc kt kts md mkdown mkd pwsh ps ' +
    'ps1 py gyp ipython rb gemspec podspec thor irb rs console shellsession ts mts cts xhtml rss atom xjb xsd xsl ' +
    'plist wsf svg yml'
  ).split(' '),
);

/** Whether it is a whole name of a language, in whatever case, and not the beginning of one. */
export function isFenceLanguage(name: string): boolean {
  const lower = name.toLowerCase();
  return aliases.has(lower) || (fenceLanguages as readonly string[]).includes(lower);
}
