import assert from 'node:assert/strict';
import fc from 'fast-check';
import { decodeBudgetState, LONGEST_PAUSE_MS, type BudgetState } from '../../../src/chapi/budgetState';
import { CHAPI_LIMITS, RequestBudget, type Verdict } from '../../../src/chapi/requestBudget';
import { VirtualClock } from '../../support/virtualClock';

const never = new AbortController().signal;
const WISHED_MS = 1000;
const HOUR = 3_600_000;

interface Step {
  readonly kind: 'poll' | 'send' | 'loadOlder';
  readonly takesMs: number;
  readonly verdict: Verdict;
}

const step = fc.record<Step>({
  kind: fc.constantFrom('poll', 'poll', 'poll', 'send', 'send', 'loadOlder'),
  takesMs: fc.integer({ min: 1, max: 150 }),
  verdict: fc.record({
    outcome: fc.constantFrom('accepted', 'accepted', 'refused', 'unknown'),
    retryAfterMs: fc.constantFrom(0, 0, 0, 0, 0, 0, 1000, 20_000),
  }),
});

function polls(count: number, isAccepted: (index: number) => boolean): readonly Step[] {
  return Array.from({ length: count }, (_, index) => ({
    ...{ kind: 'poll', takesMs: 40 },
    verdict: { outcome: isAccepted(index) ? 'accepted' : 'refused' },
  }));
}

/** A crowd for a while and then a calm time, so that there is something to hand over, and then whatever comes. */
const scripts = fc
  .tuple(fc.integer({ min: 0, max: 70 }), fc.integer({ min: 0, max: 250 }), fc.array(step, { maxLength: 80 }))
  .map(([crowded, calm, steps]) => [
    ...polls(crowded, (index) => index % 3 === 0),
    ...polls(calm, () => true),
    ...steps,
  ]);

/** How many requests before the last; most often while all kinds of things happen. */
const fromEnd = fc.oneof(fc.nat({ max: 80 }), fc.nat({ max: 300 }));

/** One process: a budget, and a monotonic clock of its own. */
class Process {
  readonly clock: VirtualClock;
  readonly budget: RequestBudget;
  readonly starts: number[] = [];

  private constructor(clock: VirtualClock) {
    this.clock = clock;
    this.budget = new RequestBudget(clock, CHAPI_LIMITS, () => 0.5);
  }

  /** @param upMs what its monotonic clock shows */
  static async begin(wallMs: number, upMs: number, state?: BudgetState): Promise<Process> {
    const clock = new VirtualClock(wallMs - upMs);
    await clock.advance(upMs);
    const begun = new Process(clock);
    if (state !== undefined) begun.budget.restore(state);
    return begun;
  }

  /** Begins the request when it is due, and gives what ends with it. */
  async ask({ kind, takesMs, verdict }: Step): Promise<void> {
    const { budget, clock } = this;
    if (kind === 'poll') {
      await clock.advance(budget.nextPollAt(WISHED_MS) - clock.monotonic());
      budget.nextPollAt(WISHED_MS);
      budget.pollIsNext();
    }
    const progress = { isDone: false };
    const request = (): Promise<void> => {
      this.starts.push(clock.now());
      return clock.sleep(takesMs);
    };
    const priority = kind === 'poll' ? 'openRoom' : kind;
    void budget.run(priority, never, request, () => verdict).then(() => (progress.isDone = true));
    while (!progress.isDone) await clock.advance(25);
  }
}

/** As it is written by one process and read by another. */
function carried(state: BudgetState): BudgetState {
  const decoded = decodeBudgetState(JSON.parse(JSON.stringify(state)));
  assert.ok(decoded !== undefined);
  return decoded;
}

function inWholeMs(state: BudgetState): string {
  return JSON.stringify(state, (_, value: unknown) => (typeof value === 'number' ? Math.round(value) + 0 : value));
}

async function crowdedProcess(): Promise<Process> {
  const process = await Process.begin(1_600_000_000_000, 5000);
  for (const each of polls(120, (index) => index % 3 === 0)) await process.ask(each);
  for (const each of polls(3, () => true)) await process.ask(each);
  assert.ok(process.budget.pace.shared);
  assert.equal(process.budget.pace.phase, 'holding');
  return process;
}

describe('state of a request budget', () => {
  it('carries all over: handed over between any two requests, each starts when it would have without that', async function () {
    this.timeout(60_000);
    await fc.assert(
      fc.asyncProperty(scripts, fromEnd, fc.integer({ min: 0, max: 1e7 }), async (steps, before, upMs) => {
        const at = Math.max(0, steps.length - 1 - before);
        const undisturbed = await Process.begin(1_600_000_000_000, 5000);
        let other = await Process.begin(1_600_000_000_000, 5000);
        const starts: number[] = [];
        for (const [index, each] of steps.entries()) {
          if (index === at) {
            starts.push(...other.starts);
            const state = carried(other.budget.state());
            other = await Process.begin(other.clock.now(), upMs, state);
            assert.equal(inWholeMs(other.budget.state()), inWholeMs(state));
          }
          await undisturbed.ask(each);
          await other.ask(each);
        }
        starts.push(...other.starts);
        // Timers are set in whole milliseconds, on two clocks.
        starts.forEach((start, index) =>
          assert.ok(Math.abs(start - undisturbed.starts[index]!) <= 2, `request ${index}`),
        );
        assert.equal(starts.length, undisturbed.starts.length);
        assert.equal(other.budget.state().pace.share?.level, undisturbed.budget.state().pace.share?.level);
        assert.equal(other.budget.pace.phase, undisturbed.budget.pace.phase);
      }),
      { numRuns: 150 },
    );
  });

  it('holds back what comes next, when its process is killed with a request under way or goes on from what was told last', async function () {
    this.timeout(60_000);
    await fc.assert(
      fc.asyncProperty(scripts, fc.boolean(), async (steps, isTold) => {
        const first = await Process.begin(1_600_000_000_000, 5000);
        let told: BudgetState | undefined;
        let pausedUntil = 0;
        first.budget.onChange((state) => (told = state));
        for (const each of steps) {
          await first.ask(each);
          const { retryAfterMs = 0 } = each.verdict;
          pausedUntil = Math.max(pausedUntil, (first.starts.at(-1) ?? 0) + each.takesMs + retryAfterMs);
        }
        // What changes within a second is told at its end.
        await first.clock.advance(1000);
        void first.budget.run('loadOlder', never, () => new Promise(() => undefined));
        await first.clock.advance(1);
        const state = isTold ? told : first.budget.state();
        if (state === undefined) {
          assert.deepEqual(first.budget.pace, { shared: false, phase: 'holding', intervalMs: WISHED_MS });
          return;
        }
        const next = await Process.begin(first.clock.now(), 77, carried(state));
        const { shared, intervalMs } = first.budget.pace;
        if (shared) assert.equal(next.budget.state().pace.share?.level, first.budget.state().pace.share?.level);
        const inMs = Math.max(next.budget.sendWaitMs, next.budget.nextPollAt(WISHED_MS) - next.clock.monotonic());
        const plannedAt = next.clock.now() + inMs;
        assert.ok(plannedAt >= pausedUntil - 1, 'a pause is kept');
        assert.ok(
          plannedAt <= Math.max(pausedUntil, next.clock.now()) + 2 * intervalMs + 2000,
          'and no longer than that',
        );
        await next.ask({ kind: 'loadOlder', takesMs: 10, verdict: { outcome: 'accepted' } });
        assert.ok(next.starts[0]! >= pausedUntil - 1);
        if (!isTold) {
          assert.ok(next.starts[0]! - first.clock.now() >= CHAPI_LIMITS.spacingMs - 1, 'nor is the spacing lost');
        }
      }),
      { numRuns: 60 },
    );
  });

  it('keeps the slot of a process that ends for one that begins, whenever that is', async () => {
    for (const waitMs of [0, 700, 20_000, 400_000]) {
      const first = await crowdedProcess();
      const last = first.starts.at(-1)!;
      const { intervalMs } = first.budget.pace;
      const state = carried(first.budget.state());
      const next = await Process.begin(first.clock.now() + waitMs, 123_456, state);
      const plannedAt = next.budget.nextPollAt(WISHED_MS) - next.clock.monotonic() + next.clock.now();
      assert.ok(plannedAt >= next.clock.now() - 60);
      const off = (plannedAt - last) % intervalMs;
      assert.ok(Math.min(off, intervalMs - off) < 3, `${off} ms beside the slot`);
    }
  });

  const clocks: readonly (readonly [string, number, number])[] = [
    ['goes on', 10_000, 50_000],
    ['is set back by an hour', 10_000 - HOUR, 60_000],
    ['is set back by years', -3e11, 60_000],
    ['is set forward by an hour', HOUR, 0],
    ['is set forward by years', 3e11, 0],
  ];
  for (const [name, byMs, expectedMs] of clocks) {
    it(`never waits longer than it was told to, and goes on, where the wall clock ${name}`, async () => {
      const first = await crowdedProcess();
      await first.ask({ kind: 'send', takesMs: 1, verdict: { outcome: 'unknown', retryAfterMs: 60_000 } });
      const kept = first.budget.state();
      const state = carried({ ...kept, pauseMs: 60_000 });
      const next = await Process.begin(Math.max(0, state.at + byMs), 0, state);
      assert.equal(next.budget.sendWaitMs, expectedMs);
      const { level } = kept.pace.share ?? {};
      const restored = next.budget.state();
      // So long after, the crowd is another one: it is counted anew with the first refusal.
      assert.equal(restored.pace.share?.level, byMs > HOUR ? undefined : level);
      assert.equal(restored.at, next.clock.now());
      const again = await Process.begin(restored.at + 1000, 0, carried(restored));
      assert.ok(
        again.budget.sendWaitMs <= Math.max(0, expectedMs - 1000),
        'a pause ends, however often it is handed over',
      );
    });
  }

  it('reads whatever stands there, and never stops or hurries for it', async function () {
    this.timeout(60_000);
    const first = await crowdedProcess();
    const plain = first.budget.state();
    const number = fc.oneof(
      fc.constantFrom<unknown>(NaN, Infinity, -Infinity, -1, 0, 1e300, -1e300, '5', null, true, {}, []),
      fc.double(),
    );
    const names = [
      ...['at', 'pauseMs', 'pace', 'phase', 'share', 'census', 'sends', 'slotAgoMs', 'tryInMs', 'recent', 'seekTries'],
      ...['refusedInARow', 'lastRefusalAgoMs', 'level', 'fairMs', 'climbInMs', 'climbFailures', 'probesAccepted'],
      ...['acceptedInARow', 'startedAgoMs', 'firstIntervalMs', 'grownForMs', 'trials', 'refusals', 'retryInMs'],
    ];
    const spoil = (name: string, value: unknown): unknown =>
      JSON.parse(JSON.stringify({ ...plain, probe: 0 }), (key, was: unknown) => (key === name ? value : was));
    const hostile = fc.oneof(
      fc.anything(),
      fc.tuple(fc.constantFrom(...names), fc.oneof(number, fc.anything())).map(([name, value]) => spoil(name, value)),
    );
    await fc.assert(
      fc.asyncProperty(hostile, async (value) => {
        const state = decodeBudgetState(value);
        if (state === undefined) return;
        assert.equal(JSON.stringify(carried(state)), JSON.stringify(state), 'what was read can be kept again');
        const next = await Process.begin(plain.at + 500, 0, state);
        assert.ok(next.budget.sendWaitMs <= LONGEST_PAUSE_MS);
        for (let index = 0; index < 3; index++) {
          const wait = next.budget.nextPollAt(WISHED_MS) - next.clock.monotonic();
          assert.ok(wait >= -60 && wait <= LONGEST_PAUSE_MS + 260_000, `${wait} ms`);
          await next.ask({ kind: 'poll', takesMs: 10, verdict: { outcome: index === 1 ? 'refused' : 'accepted' } });
        }
        next.starts.slice(1).forEach((start, index) => assert.ok(start - next.starts[index]! >= 200));
      }),
      { numRuns: 200 },
    );
    for (const wrong of [
      undefined,
      null,
      5,
      'state',
      [],
      {},
      { at: 5 },
      { ...plain, at: '5' },
      { ...plain, pace: {} },
    ]) {
      assert.equal(decodeBudgetState(wrong), undefined);
    }
    assert.equal(decodeBudgetState({ ...plain, pauseMs: 1e12 })?.pauseMs, LONGEST_PAUSE_MS);
  });

  it('does not replace what is younger', async () => {
    const first = await crowdedProcess();
    const old = carried(first.budget.state());
    await first.clock.advance(60_000);
    const { intervalMs } = first.budget.pace;
    const other = await Process.begin(first.clock.now(), 0);
    await other.ask({ kind: 'poll', takesMs: 10, verdict: { outcome: 'accepted' } });
    other.budget.restore(old);
    assert.ok(!other.budget.pace.shared);
    await other.clock.advance(60_000);
    await first.clock.advance(30_000);
    other.budget.restore(carried(first.budget.state()));
    assert.equal(other.budget.pace.intervalMs, intervalMs);
  });

  it('is told when something changes that is worth keeping: soon, and at most once a second', async () => {
    const process = await Process.begin(1_600_000_000_000, 5000);
    const told: BudgetState[] = [];
    const listening = process.budget.onChange((state) => told.push(state));
    const poll = (verdict: Verdict): Promise<void> => process.ask({ kind: 'poll', takesMs: 40, verdict });
    for (let count = 0; count < 50; count++) await poll({ outcome: 'accepted' });
    assert.equal(told.length, 0, 'what goes as before is not told');
    await poll({ outcome: 'unknown', retryAfterMs: 60_000 });
    assert.equal(told.length, 1);
    assert.equal(told[0]!.pauseMs, 60_000);
    for (let count = 0; count < 200; count++) await poll({ outcome: count % 3 === 0 ? 'accepted' : 'refused' });
    for (let count = 0; count < 8; count++) {
      void process.budget.run(
        'send',
        never,
        () => Promise.resolve(),
        () => ({ outcome: 'refused' }),
      );
    }
    await process.clock.advance(HOUR);
    assert.ok(told.length > 10);
    told.slice(1).forEach(({ at }, index) => assert.ok(at - told[index]!.at >= 1000));
    assert.deepEqual(told.at(-1)!.pace.share?.level, process.budget.state().pace.share?.level);
    const before = told.length;
    listening.dispose();
    await poll({ outcome: 'unknown', retryAfterMs: 60_000 });
    await process.clock.advance(2000);
    assert.equal(told.length, before);
    assert.equal(process.clock.pendingTimers, 0);
  });

  it('is small', async () => {
    const first = await crowdedProcess();
    assert.ok(JSON.stringify(first.budget.state()).length < 4000);
  });
});
