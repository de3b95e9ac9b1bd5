import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  GATHER_MS,
  NotificationQueue,
  ON_SCREEN_MS,
  type Arrival,
  type Gathered,
} from '../../../src/chat/notificationQueue';

const arrival = (room: string, authorName = 'Ann', mentionsMe = false): Arrival => ({
  room,
  id: 'x',
  authorName,
  mentionsMe,
  text: `from ${authorName}`,
});

describe('notification queue', () => {
  it('tells of the first message at once, and of those that follow together', () => {
    const queue = new NotificationQueue();
    queue.add([arrival('Backend')]);
    const first = queue.take(0);
    assert.equal(first?.count, 1);
    assert.equal(first.text, 'from Ann');
    queue.add([arrival('Backend', 'Ben'), arrival('Backend', 'Ann', true), arrival('Design', 'Ann', true)]);
    assert.equal(queue.take(5000), undefined);
    queue.closed(first);
    assert.equal(queue.take(GATHER_MS - 1), undefined);
    assert.equal(queue.nextAt(), GATHER_MS);
    assert.deepEqual(queue.take(GATHER_MS), {
      count: 3,
      rooms: ['Backend', 'Design'],
      mentionedBy: ['Ann'],
      authors: ['Ben', 'Ann'],
    });
  });

  it('names rooms with a mention first, then those with most messages', () => {
    const queue = new NotificationQueue();
    const backend = [arrival('Backend'), arrival('Backend'), arrival('Backend')];
    queue.add([arrival('Random'), ...backend, arrival('Design', 'Ann', true)]);
    assert.deepEqual(queue.take(0)?.rooms, ['Design', 'Backend', 'Random']);
  });

  it('goes on after a notification that nobody touched, and takes no late closing for that of another', () => {
    const queue = new NotificationQueue();
    queue.add([arrival('Backend')]);
    const ignored = queue.take(0);
    queue.add([arrival('Backend')]);
    assert.equal(queue.nextAt(), ON_SCREEN_MS);
    assert.equal(queue.take(ON_SCREEN_MS - 1), undefined);
    assert.equal(queue.take(ON_SCREEN_MS)?.count, 1);
    queue.add([arrival('Backend')]);
    queue.closed(ignored!);
    assert.equal(queue.take(ON_SCREEN_MS + GATHER_MS), undefined);
  });

  it('keeps what is to be told, and nothing else', () => {
    const queue = new NotificationQueue();
    queue.add([arrival('Backend'), arrival('Design')]);
    queue.keep(({ room }) => room !== 'Backend');
    assert.deepEqual(queue.take(0)?.rooms, ['Design']);
    queue.add([arrival('Design')]);
    queue.keep(() => false);
    assert.equal(queue.take(100_000), undefined);
    assert.equal(queue.nextAt(), undefined);
  });

  it('is never two at once nor within ten seconds, and loses no message', () => {
    type Step =
      | { readonly do: 'add'; readonly count: number }
      | { readonly do: 'wait'; readonly ms: number }
      | { readonly do: 'close' | 'hold' | 'release' };
    const steps = fc.array(
      fc.oneof(
        fc.record({ do: fc.constant('add' as const), count: fc.integer({ min: 1, max: 5 }) }),
        fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 20_000 }) }),
        fc.record({ do: fc.constantFrom('close' as const, 'hold' as const, 'release' as const) }),
      ),
    );
    fc.assert(
      fc.property(steps, (all: readonly Step[]) => {
        const queue = new NotificationQueue();
        let now = 0;
        let isHeld = false;
        let open: Gathered | undefined;
        /** How long the open one has been before somebody's eyes, as VS Code counts it. */
        let seenMs = 0;
        let lastAt = -Infinity;
        let added = 0;
        let told = 0;
        const look = (): void => {
          if (isHeld) queue.hold(now);
          else queue.release(now);
          const shown = queue.take(now);
          if (shown === undefined) return;
          assert.ok(open === undefined || seenMs >= ON_SCREEN_MS);
          assert.ok(now - lastAt >= GATHER_MS);
          [open, seenMs, lastAt] = [shown, 0, now];
          told += shown.count;
          if (isHeld) queue.hold(now);
        };
        for (const step of all) {
          if (step.do === 'add') {
            queue.add(Array.from({ length: step.count }, () => arrival('room')));
            added += step.count;
          } else if (step.do === 'wait') {
            now += step.ms;
            if (!isHeld) seenMs += step.ms;
          } else if (step.do === 'close' && open !== undefined) {
            queue.closed(open);
            open = undefined;
          } else if (step.do === 'hold' || step.do === 'release') isHeld = step.do === 'hold';
          look();
        }
        isHeld = false;
        look();
        now += ON_SCREEN_MS;
        seenMs += ON_SCREEN_MS;
        look();
        assert.equal(told, added);
      }),
    );
  });
});
