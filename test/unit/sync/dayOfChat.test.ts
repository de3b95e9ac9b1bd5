import assert from 'node:assert/strict';
import { liveADay } from '../../support/dayOfChat';

const SEED = Number(process.env['CHAPI_SEED'] ?? '20');

describe('a day of chat', () => {
  it(`with 10,000 messages and random faults: each is shown exactly once, in order (seed ${SEED})`, async function () {
    this.timeout(300_000);
    const { truth, shown, written, announced, ofOthers, offences, disturbed } = await liveADay({
      seed: SEED,
      messages: 10_000,
    });
    assert.ok(disturbed > 500, `${disturbed} requests were disturbed`);
    assert.equal(truth.length, 10_000, 'nothing that was written here is lost or doubled');
    assert.deepEqual(
      written.filter((text) => !truth.includes(text)),
      [],
    );
    assert.deepEqual(shown, truth);
    assert.deepEqual(offences, []);
    assert.equal(new Set(announced).size, announced.length, 'nothing is announced twice');
    assert.deepEqual(
      ofOthers.filter((id) => !announced.includes(id)),
      [],
      'everything of others is announced',
    );
    assert.deepEqual(
      announced.filter((id) => !ofOthers.includes(id)),
      [],
      'nothing of my own is announced',
    );
  });
});
