import assert from 'node:assert/strict';
import { RequestBudget } from '../../../src/chapi/requestBudget';
import { PollLoop, type SharedSchedule } from '../../../src/sync/pollLoop';
import { VirtualClock } from '../../support/virtualClock';

function start(takes: (room: string) => number = () => 10, schedule?: SharedSchedule) {
  const clock = new VirtualClock();
  const looks: string[] = [];
  let running = 0;
  const loop = new PollLoop({
    clock,
    poll: async (room) => {
      looks.push(`${room}@${clock.monotonic()}`);
      running++;
      await clock.sleep(takes(room));
      running--;
    },
    delayAfter: () => 100,
    interval: () => 100,
    schedule: schedule ?? new RequestBudget(clock),
    isInSight: (room) => room === 'a' || room === 'slow',
    backgroundSpacing: () => 1000,
    log: (line) => looks.push(line),
  });
  return { clock, looks, loop, running: () => running };
}

describe('poll loop', () => {
  it('looks at once, and again after the delay that follows each look', async () => {
    const { clock, looks, loop } = start();
    loop.setRooms(['a']);
    await clock.advance(330);
    assert.deepEqual(looks, ['a@0', 'a@110', 'a@220', 'a@330']);
  });

  it('joins "now" to the look that is under way', async () => {
    const { clock, looks, loop } = start();
    loop.setRooms(['a']);
    await clock.advance(5);
    void loop.pollNow('a');
    void loop.pollNow('a');
    await clock.advance(50);
    assert.deepEqual(looks, ['a@0']);
    void loop.pollNow('a');
    await clock.advance(10);
    assert.deepEqual(looks, ['a@0', 'a@55']);
  });

  it('keeps a wish to look sooner that comes during a look', async () => {
    const { clock, looks, loop } = start();
    loop.setRooms(['a']);
    await clock.advance(5);
    loop.hasten('a', 20);
    await clock.advance(30);
    assert.deepEqual(looks, ['a@0', 'a@25']);
  });

  it('does not let a room that hangs hold up the others', async () => {
    const { clock, looks, loop } = start((room) => (room === 'slow' ? 1_000_000 : 10));
    loop.setRooms(['slow', 'a']);
    await clock.advance(250);
    assert.deepEqual(looks, ['slow@0', 'a@0', 'a@110', 'a@220']);
  });

  it('goes on when rooms come and go, also during a look', async () => {
    const { clock, looks, loop } = start();
    loop.setRooms(['a']);
    await clock.advance(5);
    loop.setRooms(['b']);
    await clock.advance(200);
    assert.deepEqual(looks, ['a@0', 'b@5']);
  });

  it('looks at rooms out of sight one at a time, new ones first of all, the others spaced', async () => {
    const { clock, looks, loop } = start();
    loop.setRooms(['b', 'c', 'd']);
    await clock.advance(3000);
    assert.deepEqual(looks, ['b@0', 'c@10', 'd@20', 'b@1020', 'c@2020']);
  });

  it('says so when a look breaks off, and goes on', async () => {
    const clock = new VirtualClock();
    const lines: string[] = [];
    let looks = 0;
    const loop = new PollLoop({
      clock,
      poll: () => Promise.reject(new URIError(`look ${++looks}`)),
      delayAfter: () => 100,
      interval: () => 100,
      schedule: new RequestBudget(clock),
      isInSight: () => true,
      backgroundSpacing: () => 0,
      log: (line) => lines.push(line),
    });
    loop.setRooms(['a']);
    await clock.advance(250);
    assert.equal(looks, 3);
    assert.match(lines[0] ?? '', /URIError/);
    loop.dispose();
  });

  it('stops when it is disposed, and leaves no timer', async () => {
    const { clock, looks, loop } = start();
    loop.setRooms(['a']);
    await clock.advance(5);
    loop.dispose();
    await clock.advance(1000);
    assert.deepEqual(looks, ['a@0']);
    assert.equal(clock.pendingTimers, 0);
  });

  it('keeps to the schedule while others share the key, and gives one look in four to rooms out of sight', async () => {
    let planned = 0;
    const started: number[] = [];
    const { clock, looks, loop } = start(undefined, {
      pace: { shared: true, phase: 'holding' },
      nextPollAt: () => planned,
      pollIsNext: () => {
        started.push(planned);
        planned += 1000;
      },
    });
    loop.setRooms(['a', 'b', 'c']);
    await clock.advance(8100);
    assert.deepEqual(started, [0, 1000, 2000, 3000, 4000, 5000, 6000, 7000, 8000]);
    // Somebody waits for what has just come into sight: that look comes on top of the schedule.
    assert.deepEqual(looks.slice(0, 2), ['a@0', 'b@0']);
    const bySchedule = looks.slice(1).map((look) => look.slice(0, 1));
    assert.deepEqual(bySchedule, ['b', 'a', 'a', 'a', 'c', 'a', 'a', 'a', 'b']);
    loop.hasten('a', 0);
    await clock.advance(1);
    assert.equal(looks.at(-1), 'a@8100');
    assert.equal(started.at(-1), 8000);
    loop.dispose();
  });
});
