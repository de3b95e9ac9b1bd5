import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import ts from 'typescript';

/** A call of `vscode.l10n.t` whose text is not written out where it is called, so that no bundle can hold it. */
export interface ComputedString {
  readonly file: string;
  readonly line: number;
}

export interface L10nStrings {
  readonly strings: ReadonlySet<string>;
  readonly computed: readonly ComputedString[];
}

/** Every text that the sources of `folder` hand to `vscode.l10n.t`. */
export async function findL10nStrings(folder: string): Promise<L10nStrings> {
  const strings = new Set<string>();
  const computed: ComputedString[] = [];
  const files = (await readdir(folder, { recursive: true })).filter((file) => /\.tsx?$/.test(file));
  for (const file of files) {
    const source = ts.createSourceFile(
      file,
      await readFile(path.join(folder, file), 'utf8'),
      ts.ScriptTarget.Latest,
      true,
    );
    const visit = (node: ts.Node): void => {
      if (ts.isCallExpression(node) && /\bl10n\.t$/.test(node.expression.getText(source))) {
        const [text] = node.arguments;
        if (text !== undefined && ts.isStringLiteralLike(text)) strings.add(text.text);
        else computed.push({ file, line: source.getLineAndCharacterOfPosition(node.pos).line + 1 });
      }
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  return { strings, computed };
}
