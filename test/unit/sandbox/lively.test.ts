import assert from 'node:assert/strict';
import { Lively, type Schedule } from '../../sandbox/lively';
import type { StoredMessage } from '../../sandbox/rooms';
import { Sandbox } from '../../sandbox/sandbox';
import { send } from './call';

const ROOMS = ['CHAPI sandbox', 'Backend', 'Design reviews'];
const START_MS = Date.parse('2024-05-06T12:00:00Z');
const HOUR_MS = 3_600_000;

/** Time that passes only when told to. */
class VirtualTime {
  nowMs = START_MS;
  #waits: { readonly at: number; readonly callback: () => void }[] = [];

  readonly schedule: Schedule = (callback, ms) => {
    const wait = { at: this.nowMs + ms, callback };
    this.#waits.push(wait);
    return () => (this.#waits = this.#waits.filter((other) => other !== wait));
  };

  get waiting(): number {
    return this.#waits.length;
  }

  pass(ms: number): void {
    const end = this.nowMs + ms;
    for (;;) {
      const next = this.#waits.toSorted((left, right) => left.at - right.at)[0];
      if (next === undefined || next.at > end) break;
      this.#waits = this.#waits.filter((other) => other !== next);
      this.nowMs = next.at;
      next.callback();
    }
    this.nowMs = end;
  }
}

describe('lively sandbox', function () {
  // Days of talk take seconds on a busy machine.
  this.timeout(30_000);

  let time: VirtualTime;
  let sandbox: Sandbox;
  let lively: Lively;

  async function start(seed?: number): Promise<void> {
    time = new VirtualTime();
    sandbox = await Sandbox.start({ now: () => time.nowMs });
    const { control } = sandbox;
    lively = Lively.start({
      control,
      now: () => time.nowMs,
      schedule: time.schedule,
      ...(seed === undefined ? {} : { seed }),
    });
  }

  function everything(): readonly StoredMessage[] {
    return ROOMS.flatMap((room) => sandbox.control.listMessages(room));
  }

  beforeEach(async () => {
    await start();
  });
  afterEach(async () => {
    lively.stop();
    await sandbox.close();
  });

  it('starts with the talk of the last hours in three rooms', () => {
    for (const room of ROOMS) {
      const messages = sandbox.control.listMessages(room);
      assert.ok(messages.length >= 24 && messages.length <= 34, `${room}: ${messages.length}`);
      const ages = messages.map(({ timestamp }) => START_MS - timestamp / 1000);
      assert.ok(
        ages.every((age) => age > 0 && age < 12 * HOUR_MS),
        room,
      );
      assert.ok(ages[0]! > HOUR_MS, room);
      assert.ok(ages.at(-1)! < HOUR_MS / 4, room);
    }
  });

  it('soon goes on, in every room, and shows what people write', () => {
    const before = new Set(everything().map(({ id }) => id));
    time.pass(10_000);
    for (const room of ROOMS) {
      assert.ok(
        sandbox.control.listMessages(room).some(({ id }) => !before.has(id)),
        room,
      );
    }
    time.pass(HOUR_MS / 2);
    const said = everything();
    const texts = said.map(({ text }) => text);
    for (const shape of [
      /```ts\n/,
      /```sql\n/,
      /```diff\n/,
      /^```\n|\n```\n/,
      /https:\/\//,
      /(^|\s)\*\w+\*/,
      /@Alice Fox/,
    ]) {
      assert.ok(
        texts.some((text) => shape.test(text)),
        String(shape),
      );
    }
    assert.ok(texts.some((text) => /`src\/[\w/]+\.tsx?:\d+`/.test(text)));
    assert.ok(texts.some((text) => /\p{Extended_Pictographic}/u.test(text)));
    assert.ok(texts.every((text) => !/\{\w+\}/.test(text)));
    for (const { author, text } of said) {
      if (text.includes('\n')) assert.equal(text.includes('\r\n'), author.name.endsWith('Bot'), text);
    }
    const people = new Set(said.map(({ author }) => author.name));
    for (const name of ['Alice Fox', 'Ben Okafor', 'Chiara Rossi', '田中 健', 'Build Bot']) assert.ok(people.has(name));
    assert.equal(new Set(said.map(({ author }) => author.id)).size, people.size);
  });

  it('answers what is sent with a key, in any room, and with whoever was asked', async () => {
    await send(sandbox, 'first', 'Somewhere new');
    await send(sandbox, 'Can you look at this, @田中 健?', 'Somewhere new');
    time.pass(10_000);
    const messages = sandbox.control.listMessages('Somewhere new');
    assert.deepEqual(
      messages.map(({ author }) => author.name),
      ['Chapi', 'Chapi', '田中 健'],
    );
    time.pass(HOUR_MS);
    assert.equal(sandbox.control.listMessages('Somewhere new').length, 3);
  });

  it('talks for ever without growing for ever', () => {
    time.pass(20 * HOUR_MS);
    for (const room of ROOMS) {
      const messages = sandbox.control.listMessages(room);
      assert.equal(messages.length, 3000);
      assert.ok(START_MS + 19 * HOUR_MS < messages.at(-1)!.timestamp / 1000);
    }
    assert.equal(time.waiting, ROOMS.length);
  });

  it('says the same at the same pace with the same seed, and at another pace with another', async () => {
    const record = (): (readonly [number, string])[] => everything().map(({ timestamp, text }) => [timestamp, text]);
    time.pass(HOUR_MS);
    const first = record();
    lively.stop();
    await sandbox.close();
    await start();
    time.pass(HOUR_MS);
    assert.deepEqual(record(), first);
    lively.stop();
    await sandbox.close();
    await start(99);
    time.pass(HOUR_MS);
    assert.notDeepEqual(record(), first);
  });

  it('falls silent when stopped', async () => {
    await send(sandbox, 'Anybody?');
    lively.stop();
    assert.equal(time.waiting, 0);
    const before = everything().length;
    time.pass(HOUR_MS);
    await send(sandbox, 'Nobody?');
    time.pass(HOUR_MS);
    assert.equal(everything().length, before + 1);
  });
});
