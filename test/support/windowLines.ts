import type { FeedState } from '../../src/sync/feed';

/** What a window process says, each on a line of its standard output. Times are milliseconds since 1970. */
export type WindowLine =
  | { readonly kind: 'ready' }
  | { readonly kind: 'kept'; readonly text: string }
  | { readonly kind: 'lost'; readonly text: string }
  /** What is shown changed: texts of messages in order, and of those on their way, with their states. */
  | {
      readonly kind: 'shown';
      readonly texts: readonly string[];
      readonly pending: readonly string[];
      readonly at: number;
    }
  | { readonly kind: 'notify'; readonly texts: readonly string[] }
  | { readonly kind: 'draft'; readonly text: string }
  | { readonly kind: 'report'; readonly state: FeedState; readonly draft: string }
  | { readonly kind: 'memory'; readonly bytes: number; readonly entries: number }
  | { readonly kind: 'log'; readonly line: string };

/** What a window process is told, each on a line of its standard input. */
export interface WindowWish {
  readonly send?: string;
  readonly focused?: boolean;
  /** How many entries are shown from here on. */
  readonly entries?: number;
  readonly draft?: string;
  readonly markRead?: true;
  readonly loadOlder?: true;
  readonly report?: true;
  readonly memory?: true;
  /** Ends as a window does that is closed. */
  readonly leave?: true;
}

/** The record of requests keeps the names of headers: this one, with the window's name, tells which window asked. */
export const WINDOW_HEADER = 'x-window-';
