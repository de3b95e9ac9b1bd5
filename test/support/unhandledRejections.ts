/** Whether a rejection that nobody handled is our doing. In a process that is ours, all of them are. */
export type RejectionFilter = (reason: unknown) => boolean;

/**
 * For a process shared with others, such as an extension host: ours are the errors whose stack names a file in
 * `folder`. A reason without a stack tells nothing of its origin, and is taken for somebody else's.
 */
export function rejectionsFrom(folder: string): RejectionFilter {
  return (reason) => reason instanceof Error && (reason.stack ?? '').includes(folder);
}

/**
 * Tells of each promise that rejects without a handler, once. Mocha listens for the same event, so that Node no longer
 * ends the process, and only hands the event on: without this, a test whose background work fails would pass.
 *
 * Gives a function that ends it, after what was already on its way has been told.
 */
export function watchRejections(isOurs: RejectionFilter, tell: (reason: unknown) => void): () => Promise<void> {
  const told = new WeakSet<Promise<unknown>>();
  const listen = (reason: unknown, promise: Promise<unknown>): void => {
    // Mocha emits the event anew for every listener there is.
    if (told.has(promise)) return;
    told.add(promise);
    if (isOurs(reason)) tell(reason);
  };
  process.on('unhandledRejection', listen);
  return async () => {
    // Node tells of a rejection only after the microtasks that could still handle it.
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', listen);
  };
}
