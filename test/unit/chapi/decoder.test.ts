import assert from 'node:assert/strict';
import fc from 'fast-check';
import { decodeMessage, decodePage, decodeSent } from '../../../src/chapi/decoder';
import openApiExample from '../../support/payloads/openapi-example-message.json';
import sendResponse from '../../support/payloads/send-response.json';
import threeMessages from '../../support/payloads/three-messages.json';

describe('decoder', () => {
  it('reads the documented page', () => {
    const page = decodePage(threeMessages);
    assert.equal(page?.dropped, 0);
    assert.deepEqual(
      page.messages.map(({ text, timestamp, author }) => [text, timestamp, author.name]),
      threeMessages.map(({ parsed, timestamp, authorUser }) => [parsed, timestamp, authorUser.name]),
    );
  });

  it('reads the OpenAPI example: a single object with another spelling', () => {
    assert.equal(decodePage(openApiExample)?.messages[0]?.text, 'Hello world');
  });

  it('reads the documented answer to a send', () => {
    assert.deepEqual(decodeSent(sendResponse), { parsed: 'Hello World!' });
    assert.deepEqual(decodeSent({}), { parsed: undefined });
    assert.equal(decodeSent('<html>'), undefined);
  });

  it('keeps every record it can, and counts the others', () => {
    const good = threeMessages[0]!;
    const page = decodePage([
      good,
      null,
      7,
      [],
      { ...good, id: '' },
      { ...good, id: 3 },
      { ...good, timestamp: undefined },
      { ...good, timestamp: -1 },
      { ...good, timestamp: 2 ** 53 },
      { ...good, timestamp: 1.5 },
      { ...good, parsed: null },
      { ...good, id: 'text timestamp', timestamp: String(good.timestamp) },
      { ...good, id: 'no author', authorUser: null },
      { ...good, id: 'odd author', authorUser: { name: 5, id: {} } },
    ]);
    assert.equal(page?.dropped, 10);
    assert.deepEqual(
      page.messages.map(({ id }) => id),
      [good.id, 'text timestamp', 'no author', 'odd author'],
    );
    assert.equal(page.messages[3]?.author.name, '');
  });

  it('takes what is no list of records for no page', () => {
    for (const json of [null, 'x', 5, {}, { fault: {} }]) assert.equal(decodePage(json), undefined);
    assert.deepEqual(decodePage([]), { messages: [], dropped: 0 });
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (json) => {
        decodePage(json);
        decodeMessage(json);
        decodeSent(json);
      }),
    );
  });
});
