import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { unlessMissing, type Disk } from '../sync/disk';
import { SCHEMA } from './layout';

/** Marks a folder whose state is to be removed, until all of it is out of sight. */
const WISH = 'forget';
/** Start of the name of state that was moved out of sight and is not removed yet. */
const FORGOTTEN = 'forgotten-';

/**
 * Removes everything kept in the folder, for every address and key. First it leaves a mark, so that the next start
 * continues where this one fails. Then it moves everything out of sight in one step, so that no engine finds half of it.
 * @throws when something is left; it may be called again
 */
export async function removeState(disk: Disk, folder: string): Promise<void> {
  const state = path.join(folder, SCHEMA);
  if ((await unlessMissing(disk.changedAt(state), undefined)) !== undefined) {
    // Removing may work where writing does not.
    await disk.mark(path.join(folder, WISH)).catch(() => undefined);
    try {
      await disk.move(state, path.join(folder, `${FORGOTTEN}${randomUUID()}`));
    } catch {
      // Windows does not move a folder while a file in it is open.
      await disk.removeTree(state);
    }
  }
  await disk.remove(path.join(folder, WISH));
  await sweepForgotten(disk, folder);
}

/** Continues a removal that an earlier process could not finish. @throws when something is left */
export async function finishRemoving(disk: Disk, folder: string): Promise<void> {
  const wished = (await unlessMissing(disk.changedAt(path.join(folder, WISH)), undefined)) !== undefined;
  if (wished) await removeState(disk, folder);
  else await sweepForgotten(disk, folder);
}

async function sweepForgotten(disk: Disk, folder: string): Promise<void> {
  const names = await unlessMissing(disk.list(folder), []);
  for (const name of names) if (name.startsWith(FORGOTTEN)) await disk.removeTree(path.join(folder, name));
}
