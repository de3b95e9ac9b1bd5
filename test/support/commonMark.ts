import { createRequire } from 'node:module';
import path from 'node:path';
import type { Block, Inline } from '../../src/chat/markup';
import { checkoutFolder } from './checkout';

/** An example of CommonMark's specification. */
export interface CommonMarkExample {
  readonly number: number;
  readonly section: string;
  readonly markdown: string;
  readonly html: string;
}

/** The examples of the specification, tabs and all. */
export function commonMarkExamples(): readonly CommonMarkExample[] {
  const load = createRequire(path.join(checkoutFolder, 'package.json'));
  const { tests } = load('commonmark-spec') as { readonly tests: readonly CommonMarkExample[] };
  return tests.map((test) => ({
    ...test,
    markdown: test.markdown.replaceAll('→', '\t'),
    html: test.html.replaceAll('→', '\t'),
  }));
}

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"' };

function unescaped(html: string): string {
  return html.replace(/&(lt|gt|amp|quot);/g, (whole, name: string) => entities[name] ?? whole);
}

/** An address without the escapes that say the same: a browser writes them itself. */
function plainAddress(address: string): string {
  return address.replace(/(?:%[0-9a-f]{2})+/gi, (escapes) => {
    try {
      return decodeURIComponent(escapes);
    } catch {
      return escapes;
    }
  });
}

/** Lines without the blanks at their ends: the chat keeps them, a page of HTML does not. */
function trimmed(text: string): string {
  return text.replace(/[ \t]*\n[ \t]*/g, '\n').trim();
}

function linkForm(address: string, title: string | undefined, words: string): string {
  return `link(${plainAddress(address)}${title === undefined ? '' : ` "${title}"`}: ${words})`;
}

function codeForm(language: string, text: string): string {
  return `block(${language}: ${text})`;
}

interface Element {
  readonly name: string;
  readonly attributes: string;
  readonly children: (Element | string)[];
}

const VOID = new Set(['br', 'hr', 'img']);

function parsed(html: string): Element {
  const root: Element = { name: '', attributes: '', children: [] };
  const open = [root];
  for (const { 0: token } of html.matchAll(/<\/?[a-z][^>]*>|[^<]+|</g)) {
    const parent = open.at(-1) ?? root;
    const [, slash, name = '', attributes = ''] = /^<(\/?)([a-z][a-z\d]*)([^>]*)>$/.exec(token) ?? [];
    if (slash === undefined) parent.children.push(token);
    else if (slash === '') {
      const element: Element = { name, attributes, children: [] };
      parent.children.push(element);
      if (!VOID.has(name)) open.push(element);
    } else if (parent.name === name) open.pop();
  }
  return root;
}

function attribute(attributes: string, name: string): string | undefined {
  const found = new RegExp(` ${name}="([^"]*)"`).exec(attributes)?.[1];
  return found === undefined ? undefined : unescaped(found);
}

function inlineOfHtml(nodes: readonly (Element | string)[]): string {
  return nodes
    .map((node) => {
      if (typeof node === 'string') return unescaped(node);
      const { name, attributes, children } = node;
      switch (name) {
        case 'em':
        case 'strong':
          return `style(${inlineOfHtml(children)})`;
        case 'code':
          return `code(${inlineOfHtml(children)})`;
        case 'br':
          return '';
        case 'a': {
          const [picture] = children;
          // A picture in the words of a link is its words.
          const isPicture = children.length === 1 && typeof picture === 'object' && picture.name === 'img';
          const words = isPicture ? (attribute(picture.attributes, 'alt') ?? '') : inlineOfHtml(children);
          return linkForm(attribute(attributes, 'href') ?? '', attribute(attributes, 'title'), words);
        }
        case 'img': {
          const of = (key: string): string | undefined => attribute(attributes, key);
          return linkForm(of('src') ?? '', of('title'), of('alt') ?? '');
        }
        default:
          return `<${name}${attributes}>${inlineOfHtml(children)}`;
      }
    })
    .join('');
}

const BLOCKS = new Set(['p', 'pre', 'blockquote', 'ul', 'ol', 'li', 'hr', 'h1', 'h2', 'h3', 'table', 'div']);

function blocksOfHtml(nodes: readonly (Element | string)[]): readonly string[] {
  const blocks: string[] = [];
  let run: (Element | string)[] = [];
  const endRun = (): void => {
    const text = trimmed(inlineOfHtml(run));
    if (text !== '') blocks.push(`text(${text})`);
    run = [];
  };
  for (const node of nodes) {
    if (typeof node === 'string' || !BLOCKS.has(node.name)) {
      run.push(node);
      continue;
    }
    endRun();
    blocks.push(blockOfHtml(node));
  }
  endRun();
  return blocks;
}

function blockOfHtml({ name, attributes, children }: Element): string {
  switch (name) {
    case 'p':
      return `text(${trimmed(inlineOfHtml(children))})`;
    case 'pre': {
      const [code] = children;
      if (typeof code !== 'object') return `<pre${attributes}>`;
      const language = /language-(.*)/.exec(attribute(code.attributes, 'class') ?? '')?.[1] ?? '';
      return codeForm(language, inlineOfHtml(code.children).replace(/\n$/, ''));
    }
    case 'blockquote':
      return `quote[${blocksOfHtml(children).join(' ')}]`;
    case 'ul':
    case 'ol': {
      const items = children.filter((child) => typeof child === 'object');
      const isLoose = items.some((item) => item.children.some((one) => typeof one === 'object' && one.name === 'p'));
      const start = name === 'ol' ? (attribute(attributes, 'start') ?? '1') : '';
      return listForm(
        start,
        isLoose,
        items.map((item) => blocksOfHtml(item.children)),
      );
    }
    default:
      return `<${name}>(${inlineOfHtml(children)})`;
  }
}

function listForm(start: string, isLoose: boolean, items: readonly (readonly string[])[]): string {
  const head = `${start === '' ? 'list' : `list from ${start}`}${isLoose ? ', loose' : ''}`;
  return `${head}[${items.map((item) => item.join(' ')).join('; ')}]`;
}

/**
 * What HTML of the specification says, as far as the chat says it too: that something is in a style and not in which,
 * a picture as a link, line breaks as line ends, and a list's first number.
 */
export function formOfHtml(html: string): string {
  return blocksOfHtml(parsed(html).children).join('\n');
}

function inlineOfTree(nodes: readonly Inline[]): string {
  return nodes
    .map((node) => {
      switch (node.kind) {
        case 'text':
          return node.text;
        case 'bold':
        case 'italic':
        case 'strike':
          return `style(${inlineOfTree(node.children)})`;
        case 'codeSpan':
          return `code(${node.text})`;
        case 'link':
          return linkForm(node.address, node.title, node.label === undefined ? node.address : inlineOfTree(node.label));
        case 'mention':
          return `@(${node.name})`;
        case 'emoji':
          return `emoji(${node.shortcode})`;
      }
    })
    .join('');
}

function blocksOfTree(blocks: readonly Block[]): readonly string[] {
  return blocks.flatMap((block): readonly string[] => {
    switch (block.kind) {
      case 'paragraph':
        // Blank lines stay in a text; they are where HTML begins another paragraph.
        return inlineOfTree(block.children)
          .split(/\n[ \t]*\n\s*/)
          .map((text) => `text(${trimmed(text)})`);
      case 'code':
        return [codeForm(block.language ?? '', block.text)];
      case 'quote':
        return [`quote[${blocksOfTree(block.children).join(' ')}]`];
      case 'list': {
        const [first] = block.items;
        const isLoose =
          block.isLoose && block.items.some(({ children }) => children.some(({ kind }) => kind === 'paragraph'));
        const start = block.isOrdered ? String(first?.number) : '';
        return [
          listForm(
            start,
            isLoose,
            block.items.map(({ children }) => blocksOfTree(children)),
          ),
        ];
      }
    }
  });
}

/** What a tree of the chat says, in the words of `formOfHtml`. */
export function formOfTree(blocks: readonly Block[]): string {
  return blocksOfTree(blocks).join('\n');
}
