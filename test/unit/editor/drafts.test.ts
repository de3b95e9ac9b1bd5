import assert from 'node:assert/strict';
import { Drafts } from '../../../src/editor/drafts';

function memento(initial?: unknown): ConstructorParameters<typeof Drafts>[0] {
  const values = new Map<string, unknown>(initial === undefined ? [] : [['drafts', initial]]);
  return {
    get: (key: string) => values.get(key),
    update: (key, value) => {
      // As VS Code does it.
      values.set(key, JSON.parse(JSON.stringify(value)));
      return Promise.resolve();
    },
  };
}

describe('drafts that are kept', () => {
  it('are those that were typed last, empty ones too, behind what running windows say', () => {
    const memory = memento();
    const drafts = new Drafts(memory);
    drafts.note('Backend', 'half', 1);
    drafts.note('Design', 'a word', 2);
    drafts.note('Backend', '', 3);
    const again = new Drafts(memory).with(new Map([['Design', 'two words']]));
    assert.deepEqual(again, [
      { room: 'Design', text: 'two words' },
      { room: 'Backend', text: '', time: 3 },
    ]);
  });

  it('are few and short', () => {
    const drafts = new Drafts(memento());
    drafts.note('first', 'short', 1);
    drafts.note('first', 'x'.repeat(20_001), 2);
    assert.deepEqual(drafts.with(new Map()), []);
    for (let index = 0; index < 60; index++) drafts.note(`room ${index}`, 'text', index);
    assert.deepEqual(
      drafts.with(new Map()).map(({ room }) => room),
      Array.from({ length: 50 }, (_, index) => `room ${index + 10}`),
    );
  });

  it('are nothing that another version may have left', () => {
    for (const left of [1, {}, [['room', 1, 2], ['room'], null, ['Backend', 'text', 5]]]) {
      const known = new Drafts(memento(left)).with(new Map());
      assert.deepEqual(known, Array.isArray(left) ? [{ room: 'Backend', text: 'text', time: 5 }] : []);
    }
  });
});
