import assert from 'node:assert/strict';
import fc from 'fast-check';
import { GATHER_MS, NotificationQueue, type Arrival } from '../../../src/chat/notificationQueue';

const arrival = (room: string, authorName = 'Ann', mentionsMe = false): Arrival => ({ room, authorName, mentionsMe });

describe('notifications', () => {
  it('tell of the first message at once, and of those that follow together', () => {
    const queue = new NotificationQueue();
    queue.add([arrival('Backend')]);
    assert.equal(queue.take(0, false)?.count, 1);
    queue.add([arrival('Backend', 'Ben'), arrival('Backend', 'Ann', true), arrival('Design', 'Ann', true)]);
    assert.equal(queue.take(5000, false), undefined);
    queue.closed();
    assert.equal(queue.take(GATHER_MS - 1, false), undefined);
    assert.equal(queue.nextAt(), GATHER_MS);
    assert.deepEqual(queue.take(GATHER_MS, false), {
      count: 3,
      rooms: ['Backend', 'Design'],
      mentionedBy: ['Ann'],
      authors: ['Ben', 'Ann'],
    });
  });

  it('wait while the person must not be disturbed', () => {
    const queue = new NotificationQueue();
    queue.add([arrival('Backend')]);
    assert.equal(queue.take(0, true), undefined);
    assert.equal(queue.take(100_000, true), undefined);
    assert.equal(queue.take(100_001, false)?.count, 1);
  });

  it('say nothing of what was read, or muted, meanwhile', () => {
    const queue = new NotificationQueue();
    queue.add([arrival('Backend'), arrival('Design')]);
    queue.drop('Backend');
    assert.deepEqual(queue.take(0, false)?.rooms, ['Design']);
    queue.closed();
    queue.add([arrival('Design')]);
    queue.clear();
    assert.equal(queue.take(100_000, false), undefined);
    assert.equal(queue.nextAt(), undefined);
  });

  it('are never two at once nor within ten seconds, and lose no message', () => {
    type Step =
      | { readonly do: 'add'; readonly count: number }
      | { readonly do: 'wait'; readonly ms: number }
      | { readonly do: 'close' }
      | { readonly do: 'busy'; readonly is: boolean };
    const steps = fc.array(
      fc.oneof(
        fc.record({ do: fc.constant('add' as const), count: fc.integer({ min: 1, max: 5 }) }),
        fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 15_000 }) }),
        fc.record({ do: fc.constant('close' as const) }),
        fc.record({ do: fc.constant('busy' as const), is: fc.boolean() }),
      ),
    );
    fc.assert(
      fc.property(steps, (all: readonly Step[]) => {
        const queue = new NotificationQueue();
        let now = 0;
        let isBusy = false;
        let isOpen = false;
        let lastAt = -Infinity;
        let added = 0;
        let told = 0;
        const look = (): void => {
          const shown = queue.take(now, isBusy);
          if (shown === undefined) return;
          assert.ok(!isOpen && !isBusy && now - lastAt >= GATHER_MS);
          isOpen = true;
          lastAt = now;
          told += shown.count;
        };
        for (const step of all) {
          if (step.do === 'add') {
            queue.add(Array.from({ length: step.count }, () => arrival('room')));
            added += step.count;
          } else if (step.do === 'wait') now += step.ms;
          else if (step.do === 'busy') isBusy = step.is;
          else {
            isOpen = false;
            queue.closed();
          }
          look();
        }
        isBusy = isOpen = false;
        queue.closed();
        now += GATHER_MS;
        look();
        assert.equal(told, added);
      }),
    );
  });
});
