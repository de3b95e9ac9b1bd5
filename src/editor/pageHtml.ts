import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';

/**
 * The frame of a page: its script from `dist/`, its css from `media/`, and a policy that lets in nothing else.
 * @param startFailure the one sentence that a page needs when it cannot have its words; `{0}` is the reason
 */
export function pageHtml(
  webview: vscode.Webview,
  extensionUri: vscode.Uri,
  {
    name,
    title,
    startFailure,
    later = [],
    pictures = false,
  }: {
    readonly name: string;
    readonly title: string;
    readonly startFailure?: string;
    /** Scripts that the page loads when it needs them. */
    readonly later?: readonly string[];
    /** Whether it may show pictures from the network. */
    readonly pictures?: boolean;
  },
): string {
  const nonce = randomBytes(16).toString('base64');
  const script = webview.asWebviewUri(vscode.Uri.joinPath(extensionUri, 'dist', `${name}.js`)).toString();
  const style = webview.asWebviewUri(vscode.Uri.joinPath(extensionUri, 'media', `${name}.css`)).toString();
  const policy = `default-src 'none'; style-src ${webview.cspSource}; script-src 'nonce-${nonce}'${pictures ? '; img-src https:' : ''}`;
  const scripts = later
    .map((script) => {
      const file = webview.asWebviewUri(vscode.Uri.joinPath(extensionUri, 'dist', `${script}.js`)).toString();
      return ` data-${script}="${attributeText(file)}"`;
    })
    .join('');
  return `<!DOCTYPE html>
<html lang="${vscode.env.language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${style}">
<title>${title.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</title>
</head>
<body>
<div id="app"${startFailure === undefined ? '' : ` data-start-failure="${attributeText(startFailure)}"`}${scripts}></div>
<script nonce="${nonce}" src="${script}"></script>
</body>
</html>`;
}

/** Text as the value of an attribute in double quotes. */
function attributeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}

/** What a page may do and load: run its script, and read what `pageHtml` names. */
export function pageOptions(extensionUri: vscode.Uri): vscode.WebviewOptions {
  return {
    enableScripts: true,
    localResourceRoots: [vscode.Uri.joinPath(extensionUri, 'dist'), vscode.Uri.joinPath(extensionUri, 'media')],
  };
}
