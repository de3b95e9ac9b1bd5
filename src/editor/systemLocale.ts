/** What VS Code hands to its extensions, as text: the languages of the person, of the system and of what is shown. */
const CONFIGURATION = 'VSCODE_NLS_CONFIG';

/** The locale of the person's system, such as `en-gb`; nothing where VS Code does not say. */
export function systemLocale(): string | undefined {
  try {
    const { osLocale } = JSON.parse(process.env[CONFIGURATION] ?? '') as { readonly osLocale?: unknown };
    return typeof osLocale === 'string' && osLocale.length < 40 ? osLocale : undefined;
  } catch {
    return undefined;
  }
}
