import type { ComponentChildren, VNode } from 'preact';
import type { Block, Inline } from '../chat/markup';
import { CodeBlock } from './codeBlock';
import { codeText } from './codeText';

/** The host that an address leads to, for words that stand in its place. */
function hostOf(address: string): string | undefined {
  return URL.canParse(address) ? new URL(address).host : undefined;
}

function Link({ address, label, title }: Extract<Inline, { readonly kind: 'link' }>): VNode {
  // Whoever reads other words than the address has to see where they lead.
  const isMail = label?.length === 1 && label[0]?.kind === 'text' && address === `mailto:${label[0].text}`;
  const host = label === undefined || isMail ? undefined : hostOf(address);
  return (
    <>
      <a
        href={address}
        title={title === undefined ? address : `${address}\n${title}`}
        dir={label === undefined ? 'ltr' : 'auto'}
      >
        {label === undefined ? address : inlineView(label)}
      </a>
      {host !== undefined && host !== '' && (
        <span class="link-host">
          {' '}
          (<bdi>{host}</bdi>)
        </span>
      )}
    </>
  );
}

/** Running text as elements. */
export function inlineView(nodes: readonly Inline[]): ComponentChildren {
  return nodes.map((node) => {
    switch (node.kind) {
      case 'text':
        return node.text;
      case 'bold':
        return <strong>{inlineView(node.children)}</strong>;
      case 'italic':
        return <em>{inlineView(node.children)}</em>;
      case 'strike':
        return <s>{inlineView(node.children)}</s>;
      case 'codeSpan':
        return (
          <code class="span" dir="ltr">
            {codeText(node.text)}
          </code>
        );
      case 'link':
        return <Link {...node} />;
      case 'mention':
        return <bdi class={node.isMe ? 'mention me' : 'mention'}>@{node.name}</bdi>;
      case 'emoji':
        return (
          <span role="img" aria-label={node.shortcode} title={node.shortcode}>
            {node.emoji}
          </span>
        );
    }
  });
}

/** A message's tree as elements: nothing else ever becomes one. */
export function blocksView(blocks: readonly Block[], path = ''): ComponentChildren {
  return blocks.map((block, index) => {
    const part = `${path}.${index}`;
    switch (block.kind) {
      case 'paragraph':
        return <div class="text">{inlineView(block.children)}</div>;
      case 'code':
        return <CodeBlock code={block.text} language={block.language} info={block.info} part={part} />;
      case 'quote':
        return <blockquote dir="auto">{blocksView(block.children, part)}</blockquote>;
      case 'list': {
        const items = block.items.map(({ number, children }, item) => (
          <li value={number}>{blocksView(children, `${part}.${item}`)}</li>
        ));
        const look = block.isLoose ? 'loose' : undefined;
        return block.isOrdered ? (
          <ol class={look} dir="auto">
            {items}
          </ol>
        ) : (
          <ul class={look} dir="auto">
            {items}
          </ul>
        );
      }
    }
  });
}
