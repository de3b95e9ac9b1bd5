/** One line of a conversation. In its text `{pull}`, `{build}` and `{minutes}` stand for numbers of the moment. */
export interface Line {
  readonly by: string;
  readonly text: string;
}

/** A conversation from its first line to its last. */
export type Conversation = readonly Line[];

/** What is talked about in one room, for ever from the beginning again. */
export interface RoomScript {
  readonly room: string;
  readonly conversations: readonly Conversation[];
}

/** The colleagues who write by hand. */
export const ALICE = 'Alice Fox';
export const BEN = 'Ben Okafor';
export const CHIARA = 'Chiara Rossi';
export const KEN = '田中 健';
export const PRIYA = 'Priya Nair';
export const COLLEAGUES: readonly string[] = [ALICE, BEN, CHIARA, KEN, PRIYA];

/** Bots, whose lines end with `\r\n`. */
export const BUILD_BOT = 'Build Bot';
export const DEPLOY_BOT = 'Deploy Bot';

/** A line by `by`; several texts are its lines, ended as this author ends them. */
export function line(by: string, ...texts: readonly string[]): Line {
  return { by, text: texts.join(by === BUILD_BOT || by === DEPLOY_BOT ? '\r\n' : '\n') };
}
