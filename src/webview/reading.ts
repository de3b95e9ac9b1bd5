import { createContext } from 'preact';
import { knownNames } from '../chat/mentions';
import type { MarkupContext } from '../chat/markup';
import type { PageStrings } from '../protocol/messages';

/** What the texts of messages are read with, and what can be done with code in them. */
export interface Reading {
  readonly strings: PageStrings;
  readonly mentionAt: MarkupContext['mentionAt'];
  readonly copy: (text: string) => void;
  readonly insertCode: (text: string) => void;
  readonly openCode: (text: string, language: string | undefined) => void;
}

const nothing = (): void => undefined;

/** Given by the page; what stands here is for a message that is drawn without one. */
export const ReadingContext = createContext<Reading>({
  strings: {} as PageStrings,
  mentionAt: knownNames([], []),
  copy: nothing,
  insertCode: nothing,
  openCode: nothing,
});
