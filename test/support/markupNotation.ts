import type { Block, Inline } from '../../src/chat/markup';

/** A tree in one line: `b(…)`, `i(…)`, `s(…)`, `c‹…›`, `a‹address›`, `a‹address|words|"title"›`, `@‹name›`, `:‹emoji›`. */
export function inlineNotation(nodes: readonly Inline[]): string {
  return nodes
    .map((node) => {
      switch (node.kind) {
        case 'text':
          return node.text.replaceAll('\n', '⏎');
        case 'bold':
          return `b(${inlineNotation(node.children)})`;
        case 'italic':
          return `i(${inlineNotation(node.children)})`;
        case 'strike':
          return `s(${inlineNotation(node.children)})`;
        case 'codeSpan':
          return `c‹${node.text}›`;
        case 'link':
          return `a‹${[node.address, ...labelNotation(node.label), ...(node.title === undefined ? [] : [`"${node.title}"`])].join('|')}›`;
        case 'mention':
          return `@‹${node.name}${node.isMe ? '!' : ''}›`;
        case 'emoji':
          return `:‹${node.emoji}›`;
      }
    })
    .join('');
}

function labelNotation(label: readonly Inline[] | undefined): readonly string[] {
  return label === undefined ? [] : [inlineNotation(label)];
}

/**
 * Blocks in one line: paragraphs as they are, `pre‹language|text›` or `pre‹language info|text›`,
 * `q[…]`, `ul[…; …]`, `ol[…; …]`, `ul loose[…]` for a list with blank lines, `¶` between. In an
 * `ol`, the number of an item that does not follow on the one before it, or on nothing: `ol[2: …; …; 7: …]`.
 */
export function blockNotation(blocks: readonly Block[]): string {
  return blocks
    .map((block) => {
      switch (block.kind) {
        case 'paragraph':
          return inlineNotation(block.children);
        case 'code':
          return `pre‹${[block.language ?? '', ...(block.info === undefined ? [] : [block.info])].join(' ')}|${block.text.replaceAll('\n', '⏎')}›`;
        case 'quote':
          return `q[${blockNotation(block.children)}]`;
        case 'list': {
          const items = block.items.map(({ number, children }, index) => {
            const follows = number === (block.items[index - 1]?.number ?? 0) + 1;
            return `${number === undefined || follows ? '' : `${number}: `}${blockNotation(children)}`;
          });
          return `${block.isOrdered ? 'ol' : 'ul'}${block.isLoose ? ' loose' : ''}[${items.join('; ')}]`;
        }
      }
    })
    .join(' ¶ ');
}

/** The text of a tree, without its marks. */
export function plainText(blocks: readonly Block[]): string {
  const inline = (nodes: readonly Inline[]): string =>
    nodes
      .map((node) => {
        switch (node.kind) {
          case 'text':
          case 'codeSpan':
            return node.text;
          case 'bold':
          case 'italic':
          case 'strike':
            return inline(node.children);
          case 'link':
            return node.label === undefined ? node.address : inline(node.label);
          case 'mention':
            return `@${node.name}`;
          case 'emoji':
            return node.shortcode;
        }
      })
      .join('');
  return blocks
    .map((block) => {
      switch (block.kind) {
        case 'paragraph':
          return inline(block.children);
        case 'code':
          return block.text;
        case 'quote':
          return plainText(block.children);
        case 'list':
          return block.items.map(({ children }) => plainText(children)).join('');
      }
    })
    .join('');
}
