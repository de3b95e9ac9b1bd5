import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

const timeline = `import type { Message } from './message';

/** Messages of one room, oldest first. */
export interface Timeline {
  readonly messages: readonly Message[];
}

export const emptyTimeline: Timeline = { messages: [] };

/** Takes a page in any order, with repeats; new means an id not seen before. */
export function merge(timeline: Timeline, page: readonly Message[]): Timeline {
  const byId = new Map(timeline.messages.map((message) => [message.id, message]));
  for (const message of page) byId.set(message.id, message);
  return { messages: [...byId.values()].sort(compare) };
}

function compare(left: Message, right: Message): number {
  if (left.timestamp !== right.timestamp) return left.timestamp - right.timestamp;
  return left.id < right.id ? -1 : 1;
}
`;

const message = `/** One message of a room. */
export interface Message {
  readonly id: string;
  /** Microseconds since 1970. */
  readonly timestamp: number;
  readonly author: string;
  readonly text: string;
}
`;

const readme = `# A folder to try the chat in

1. Click **Chapi** in the activity bar, at the left edge of the window: colleagues are talking. Answer them.
2. Open [src/chat/timeline.ts](src/chat/timeline.ts), select some lines, and choose **Send Selection to Chat** from the
   context menu.
`;

const files: Readonly<Record<string, string>> = {
  'README.md': readme,
  'src/chat/message.ts': message,
  'src/chat/timeline.ts': timeline,
};

/** Fills `folder` with a few source files, for people and tests to send lines of, and with settings of its own. */
export async function fillSampleFolder(folder: string, settings?: Readonly<Record<string, unknown>>): Promise<void> {
  const own = settings === undefined ? {} : { '.vscode/settings.json': JSON.stringify(settings, null, 2) };
  for (const [name, text] of Object.entries({ ...files, ...own })) {
    const file = path.join(folder, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, text);
  }
}
