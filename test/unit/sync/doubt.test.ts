import assert from 'node:assert/strict';
import { DEFAULT_ROOM } from '../../../src/chat/message';
import type { Settings } from '../../sandbox/settings';
import type { Loss } from '../../support/serviceTransport';
import { StartedEngine } from '../../support/startEngine';

const MINUTE_MS = 60_000;

/** A message gets no answer, and by the time the network is back a hundred others have come. */
async function doubtful(lost: 'request' | 'answer', settings: Partial<Settings> = {}): Promise<StartedEngine> {
  let loss: Loss;
  const started = new StartedEngine(settings, { loss: () => loss });
  started.sayMany(0, 30);
  await started.clock.advance(1000);
  loss = { lost, code: 'ECONNRESET' };
  await started.engine.send(DEFAULT_ROOM, 'this is in doubt');
  await started.clock.advance(300);
  loss = { lost: 'request', code: 'ENETUNREACH' };
  await started.clock.advance(MINUTE_MS);
  started.sayMany(30, 130);
  await started.engine.send(DEFAULT_ROOM, 'after it');
  loss = undefined;
  await started.clock.advance(3 * MINUTE_MS);
  return started;
}

describe('a message in doubt that a usual page no longer reaches', () => {
  it('is found by a longer one, and has not held up the next one', async () => {
    const { engine, truth, texts } = await doubtful('answer');
    assert.equal(truth.filter((text) => text === 'this is in doubt').length, 1);
    assert.equal(truth.at(-1), 'after it');
    assert.deepEqual(texts, truth);
    engine.dispose();
  });

  it('is proven absent by longer ones, and sent again; the next one has not waited for that', async () => {
    const { engine, truth, texts } = await doubtful('request');
    assert.deepEqual(truth.slice(-2), ['after it', 'this is in doubt']);
    assert.deepEqual(texts, truth);
    engine.dispose();
  });

  it('waits for the user where no page is long enough, and does not hold up the others', async () => {
    const started = await doubtful('request', { pageCap: 30 });
    const { engine, clock } = started;
    await clock.advance(MINUTE_MS);
    assert.equal(started.truth.at(-1), 'after it');
    assert.equal(started.texts.at(-1), 'unconfirmed: this is in doubt');
    assert.ok(!started.truth.includes('this is in doubt'));
    await engine.send(DEFAULT_ROOM, 'this is in doubt');
    await clock.advance(MINUTE_MS);
    assert.ok(
      !started.truth.includes('this is in doubt'),
      'a twin waits: nobody could tell which of them is in the room',
    );
    engine.retryAll();
    await clock.advance(MINUTE_MS);
    assert.deepEqual(started.truth.slice(-3), ['after it', 'this is in doubt', 'this is in doubt']);
    engine.dispose();
  });
});
