import themes from './themes.json';

/** The kinds of themes that VS Code has. */
export type ThemeName = keyof typeof themes;

export const themeNames: readonly ThemeName[] = ['dark', 'light', 'highContrastDark', 'highContrastLight'];

/** What VS Code gives every webview before the page's own css, as far as it touches what the page uses. */
const defaults = `@layer vscode-default {
  html { scrollbar-color: var(--vscode-scrollbarSlider-background) var(--vscode-editor-background); }
  body { overscroll-behavior-x: none; background-color: transparent; color: var(--vscode-editor-foreground);
    font-family: var(--vscode-font-family); font-weight: var(--vscode-font-weight);
    font-size: var(--vscode-font-size); margin: 0; padding: 0 20px; }
  a, a code { color: var(--vscode-textLink-foreground); }
  a:focus, input:focus, select:focus, textarea:focus { outline: 1px solid -webkit-focus-ring-color; outline-offset: -1px; }
  code { color: var(--vscode-textPreformat-foreground); background-color: var(--vscode-textPreformat-background);
    padding: 1px 3px; border-radius: 4px; }
}`;

/** What VS Code puts on the page's body. */
export function bodyClass(theme: ThemeName): string {
  return themes[theme].bodyClass;
}

/** A theme's variables, as VS Code 1.139 gives them to a webview, over the side bar's colour. */
export function themeCss(theme: ThemeName): string {
  const variables = Object.entries(themes[theme].variables).map(([name, value]) => `${name}: ${value};`);
  return `${defaults}\nhtml { background: var(--vscode-sideBar-background); ${variables.join(' ')} }`;
}
