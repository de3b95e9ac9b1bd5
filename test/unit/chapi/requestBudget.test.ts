import assert from 'node:assert/strict';
import fc from 'fast-check';
import { CHAPI_LIMITS, PRIORITIES, RequestBudget, type Priority, type Verdict } from '../../../src/chapi/requestBudget';
import { VirtualClock } from '../../support/virtualClock';

const never = new AbortController().signal;

describe('request budget', () => {
  it('never lets two requests start within 200 ms, nor more than five within a second, whatever is asked', async () => {
    const asks = fc.array(
      fc.record({
        wait: fc.nat({ max: 400 }),
        takes: fc.nat({ max: 3000 }),
        priority: fc.constantFrom<Priority>(...PRIORITIES),
      }),
      { maxLength: 25 },
    );
    await fc.assert(
      fc.asyncProperty(asks, async (requests) => {
        const clock = new VirtualClock();
        const budget = new RequestBudget(clock);
        const starts: number[] = [];
        const running: Promise<void>[] = [];
        for (const { wait, takes, priority } of requests) {
          await clock.advance(wait);
          running.push(
            budget.run(priority, never, () => {
              starts.push(clock.monotonic());
              return clock.sleep(takes);
            }),
          );
        }
        await clock.advance(600_000);
        await Promise.all(running);
        assert.equal(starts.length, requests.length);
        starts.slice(1).forEach((start, index) => assert.ok(start - starts[index]! >= 200));
        starts.slice(5).forEach((start, index) => assert.ok(start - starts[index]! > 1000));
      }),
      { numRuns: 60 },
    );
  });

  it('counts the spacing from the answer, so that jitter on the way cannot shrink it', async () => {
    const clock = new VirtualClock();
    const budget = new RequestBudget(clock);
    const starts: number[] = [];
    const request = (takes: number) => () => {
      starts.push(clock.monotonic());
      return clock.sleep(takes);
    };
    void budget.run('send', never, request(150));
    void budget.run('send', never, request(0));
    await clock.advance(5000);
    assert.deepEqual(starts, [0, 150 + CHAPI_LIMITS.spacingMs]);
  });

  it('is not held up for longer than a second by a request that hangs', async () => {
    const clock = new VirtualClock();
    const budget = new RequestBudget(clock);
    let sentAt = NaN;
    void budget.run('openRoom', never, () => clock.sleep(1_000_000));
    void budget.run('send', never, () => {
      sentAt = clock.monotonic();
      return Promise.resolve();
    });
    await clock.advance(2000);
    assert.equal(sentAt, 1000);
  });

  it('serves a send before the open room, that before older messages, those before other rooms; equals in order', async () => {
    const clock = new VirtualClock();
    const budget = new RequestBudget(clock, {
      ...CHAPI_LIMITS,
      inFlight: { send: 9, openRoom: 9, loadOlder: 9, otherRooms: 9 },
    });
    const order: string[] = [];
    const ask = (priority: Priority, name: string): void => {
      void budget.run(priority, never, () => {
        order.push(name);
        return Promise.resolve();
      });
    };
    await clock.advance(0);
    ask('otherRooms', 'first come');
    await clock.advance(0);
    ask('otherRooms', 'other 1');
    ask('otherRooms', 'other 2');
    ask('loadOlder', 'older');
    ask('openRoom', 'open');
    ask('send', 'send 1');
    ask('send', 'send 2');
    await clock.advance(10_000);
    assert.deepEqual(order, ['first come', 'send 1', 'send 2', 'open', 'older', 'other 1', 'other 2']);
  });

  const refused = (retryAfterMs: number) => (): Verdict => ({ outcome: 'refused', retryAfterMs });

  it('lets nothing start before a Retry-After is over', async () => {
    const clock = new VirtualClock();
    const budget = new RequestBudget(clock);
    const starts: number[] = [];
    const ask = (verdict?: () => Verdict): void => {
      void budget.run('otherRooms', never, () => Promise.resolve(starts.push(clock.monotonic())), verdict);
    };
    ask(refused(7000));
    await clock.advance(1);
    ask();
    void budget.run('send', never, () => Promise.resolve(starts.push(clock.monotonic())));
    await clock.advance(6990);
    assert.deepEqual(starts, [0]);
    await clock.advance(1000);
    assert.deepEqual(starts, [0, 7000, 7205]);
  });

  for (const outcome of ['accepted', 'unknown'] as const) {
    it(`lets nothing start before a pause is over, also where its request was ${outcome}; nobody else is counted`, async () => {
      const clock = new VirtualClock();
      const budget = new RequestBudget(clock);
      const starts: [string, number][] = [];
      const ask = (priority: Priority, verdict?: () => Verdict): void => {
        void budget.run(priority, never, () => Promise.resolve(starts.push([priority, clock.monotonic()])), verdict);
      };
      budget.nextPollAt(1000);
      budget.pollIsNext();
      ask('openRoom', () => ({ outcome, retryAfterMs: 60_000 }));
      await clock.advance(1);
      assert.equal(budget.sendWaitMs, 59_999);
      assert.deepEqual(budget.pace, { shared: false, phase: 'holding', intervalMs: 1000 });
      for (const priority of PRIORITIES) ask(priority);
      await clock.advance(59_998);
      assert.equal(starts.length, 1);
      await clock.advance(2000);
      assert.deepEqual(
        starts.slice(1),
        PRIORITIES.map((priority, index) => [priority, 60_000 + 205 * index]),
      );
    });
  }

  it('is not stopped for longer than five minutes', async () => {
    const clock = new VirtualClock();
    const budget = new RequestBudget(clock);
    let starts = 0;
    const ask = (verdict?: () => Verdict): void => {
      void budget.run('openRoom', never, () => Promise.resolve(starts++), verdict);
    };
    ask(refused(3e12));
    await clock.advance(1);
    ask();
    await clock.advance(299_900);
    assert.equal(starts, 1);
    await clock.advance(1000);
    assert.equal(starts, 2);
  });

  it('lets looks pass a send that was refused and waits, and sends it soon', async () => {
    const clock = new VirtualClock();
    const budget = new RequestBudget(clock, CHAPI_LIMITS, () => 0.99);
    const order: string[] = [];
    void budget.run('send', never, () => Promise.resolve(order.push('refused send')), refused(0));
    await clock.advance(10);
    void budget.run('send', never, () => Promise.resolve(order.push('send')));
    void budget.run('otherRooms', never, () => Promise.resolve(order.push('look')));
    await clock.advance(300);
    assert.deepEqual(order, ['refused send', 'look']);
    await clock.advance(1000);
    assert.deepEqual(order, ['refused send', 'look', 'send']);
  });

  it('tells the pace of the look that was planned, and of no other', async () => {
    const clock = new VirtualClock();
    const budget = new RequestBudget(clock);
    const look = async (): Promise<void> => {
      void budget.run('openRoom', never, () => Promise.resolve(), refused(0));
      await clock.advance(10);
    };
    await look();
    assert.equal(budget.pace.phase, 'holding');
    await clock.advance(1000);
    budget.nextPollAt(1000);
    budget.pollIsNext();
    await look();
    assert.equal(budget.pace.phase, 'counting');
  });

  it('goes on after a request that fails, and after one that is aborted while it waits', async () => {
    const clock = new VirtualClock();
    const budget = new RequestBudget(clock);
    const leaving = new AbortController();
    const failing = budget.run('send', never, () => Promise.reject(new Error('broken')));
    const left = budget.run('send', leaving.signal, () => assert.fail('must not start'));
    const last = budget.run('send', never, () => Promise.resolve('done'));
    const outcomes = Promise.allSettled([failing, left, last]);
    await clock.advance(10);
    leaving.abort();
    await clock.advance(1000);
    assert.deepEqual(
      (await outcomes).map(({ status }) => status),
      ['rejected', 'rejected', 'fulfilled'],
    );
    assert.equal(clock.pendingTimers, 0);
  });

  it('refuses limits that make no sense, and says which', () => {
    assert.throws(() => new RequestBudget(new VirtualClock(), { ...CHAPI_LIMITS, spacingMs: NaN }), /spacingMs.*NaN/);
  });
});
