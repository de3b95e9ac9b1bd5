import type { VNode } from 'preact';

/** Drawn on 16 by 16, in the colour of the text beside them. */
const paths = {
  person: 'M8 8a3.2 3.2 0 1 0 0-6.4A3.2 3.2 0 0 0 8 8zm-6 5.4C2 10.9 4.5 9.2 8 9.2s6 1.7 6 4.2v1H2z',
  attach:
    'M5.2 5.4 2.6 8l2.6 2.6-.9.9L.8 8l3.5-3.5zm5.6 0 .9-.9L15.2 8l-3.5 3.5-.9-.9L13.4 8zM8.9 3l1.2.3-3 9.7-1.2-.3z',
  send: 'M2 2.2 14.5 8 2 13.8 3.6 8.6 9 8 3.6 7.4z',
  down: 'M7.4 2.5h1.2v8.6l3-3 .9.8L8 13.4 3.5 8.9l.9-.8 3 3z',
  copy: 'M5 1.5h7A1.5 1.5 0 0 1 13.5 3v8h-1.2V3a.3.3 0 0 0-.3-.3H5zM3.5 4H10a1 1 0 0 1 1 1v8.5a1 1 0 0 1-1 1H3.5a1 1 0 0 1-1-1V5a1 1 0 0 1 1-1zm.2 1.2v8.1h6.1V5.2z',
  insert: 'M2 2.5h12v1.2H2zm0 9.8h12v1.2H2zM7.4 5h1.2v3.6l1.5-1.5.9.8-3 3-3-3 .9-.8 1.5 1.5z',
  file: 'M9.5 1.5 13 5v8.5a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1v-11a1 1 0 0 1 1-1zM9 2.7H4.2v10.6h7.6V5.6H9z',
  check: 'M13.6 4.3 6.3 12 2.4 8.2l.9-.9 3 2.9 6.4-6.8z',
  clock:
    'M8 1.5a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13zm0 1.2a5.3 5.3 0 1 0 0 10.6A5.3 5.3 0 0 0 8 2.7zM7.4 4.5h1.2v3.2l2.3 1.4-.6 1-2.9-1.7z',
  up: 'M8 2.6 12.5 7.1l-.9.8-3-3v8.6H7.4V4.9l-3 3-.9-.8z',
  question:
    'M8 1.5a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13zm0 1.2a5.3 5.3 0 1 0 0 10.6A5.3 5.3 0 0 0 8 2.7zM7.3 10.8h1.4v1.4H7.3zM8 4c1.4 0 2.4.9 2.4 2.1 0 1.5-1.8 1.7-1.8 3.1H7.4c0-2 1.8-2.1 1.8-3.1 0-.6-.5-1-1.2-1s-1.2.4-1.2 1.1H5.6C5.6 4.9 6.6 4 8 4z',
  error:
    'M8 1.5a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13zm0 1.2a5.3 5.3 0 1 0 0 10.6A5.3 5.3 0 0 0 8 2.7zM7.4 4.3h1.2v4.9H7.4zm-.1 6.2h1.4v1.4H7.3z',
  info: 'M8 1.5a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13zm0 1.2a5.3 5.3 0 1 0 0 10.6A5.3 5.3 0 0 0 8 2.7zM7.4 7h1.2v4.9H7.4zm-.1-2.8h1.4v1.4H7.3z',
  warning: 'M8 1.6 15 14.2H1zm0 2.5L3 13h10zM7.4 6.8h1.2v3.4H7.4zm-.1 4.2h1.4v1.3H7.3z',
} as const;

export type IconName = keyof typeof paths;

/** An ornament: what it means stands in words beside it. */
export function Icon({ name }: { readonly name: IconName }): VNode {
  return (
    <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <path d={paths[name]} fill="currentColor" fill-rule="evenodd" />
    </svg>
  );
}
