import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { unlessMissing, type Disk } from '../sync/disk';
import { SCHEMA } from './layout';

/** Stands in the folder from the wish to forget until nothing can be found any more. */
const WISH = 'forget';
/** What nobody finds any more, and is only not removed yet. */
const FORGOTTEN = 'forgotten-';

/**
 * Removes all that was ever kept there, of every address and key. The wish is noted first, so that the next start goes on
 * where this one fails; then everything is moved out of sight at once, so that no engine can find half of it.
 * @throws when something is left: it may be tried again
 */
export async function removeState(disk: Disk, folder: string): Promise<void> {
  const state = path.join(folder, SCHEMA);
  if ((await unlessMissing(disk.changedAt(state), undefined)) !== undefined) {
    // Where nothing can be written, it may still be possible to remove.
    await disk.mark(path.join(folder, WISH)).catch(() => undefined);
    try {
      await disk.move(state, path.join(folder, `${FORGOTTEN}${randomUUID()}`));
    } catch {
      // Windows moves no folder while a file in it is open.
      await disk.removeTree(state);
    }
  }
  await disk.remove(path.join(folder, WISH));
  await sweepForgotten(disk, folder);
}

/** Goes on with what an earlier process could not finish. @throws when something is left */
export async function finishRemoving(disk: Disk, folder: string): Promise<void> {
  const wished = (await unlessMissing(disk.changedAt(path.join(folder, WISH)), undefined)) !== undefined;
  if (wished) await removeState(disk, folder);
  else await sweepForgotten(disk, folder);
}

async function sweepForgotten(disk: Disk, folder: string): Promise<void> {
  const names = await unlessMissing(disk.list(folder), []);
  for (const name of names) if (name.startsWith(FORGOTTEN)) await disk.removeTree(path.join(folder, name));
}
