import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { connectionReport, connectionReportText, stranger } from '../../src/editor/connectionReport';
import type { ConnectionDetails } from '../../src/sync/feed';
import { expectSoon } from '../support/expectSoon';

const nothing = { answered: 0, refused: 0, failed: 0 };

const details: ConnectionDetails = {
  connection: { status: 'online' },
  lastSuccessMs: 1500,
  lastMinute: {
    send: { answered: 1, refused: 0, failed: 0 },
    openRoom: { answered: 41, refused: 2, failed: 1 },
    loadOlder: nothing,
    otherRooms: nothing,
  },
  answerMs: 84,
  chart: [nothing, { answered: 10, refused: 2, failed: 0 }, { answered: 3, refused: 0, failed: 1 }],
  chartStepMs: 10_000,
  troubles: [
    { agoMs: 5000, priority: 'openRoom', fault: { kind: 'network', code: 'ENOTFOUND' } },
    { agoMs: 9000, priority: 'openRoom', fault: { kind: 'throttled', retryAfterMs: 2000 } },
  ],
  delays: { count: 7, lastMs: 400, medianMs: 900, longestMs: 7_200_000 },
  clock: { aheadMs: -10_800_000, toleranceMs: 100 },
  learned: { largestPage: 42, pageCap: 50, tsMeaning: 'since', escapes: true, ownAuthorId: 'id-of-alice' },
  rooms: [{ room: 'Merger with ACME' }, { room: 'Pay' }],
  next: { room: 'Pay', inMs: 700 },
  sharedIntervalMs: 8000,
};

const source = { summary: 'The service answers.', details, surroundings: [['Chapi', '1.2.3']] as const };

describe('connection details', () => {
  it('open as one editor tab, also without a key', async () => {
    const tabs = (): vscode.Tab[] =>
      vscode.window.tabGroups.all.flatMap((group) => group.tabs).filter(({ label }) => label === 'Connection Details');
    await vscode.commands.executeCommand('chapi.showConnection');
    await vscode.commands.executeCommand('chapi.showConnection');
    const [tab, ...others] = await expectSoon(tabs, ({ length }) => length > 0, 'the tab');
    assert.deepEqual(others, []);
    assert.ok(tab?.input instanceof vscode.TabInputWebview);
    await vscode.window.tabGroups.close(tab);
    await vscode.commands.executeCommand('chapi.showConnection');
    const [again] = await expectSoon(tabs, ({ length }) => length === 1, 'the tab again');
    await vscode.window.tabGroups.close(again!);
  });

  it('show this person all there is, with the names of rooms', () => {
    const { chart, sections } = connectionReport(source, { roomTitle: (room) => room });
    assert.deepEqual(sections, [
      {
        heading: 'Messages',
        rows: [
          ['Last success', '1.5 s ago'],
          ['Next look', 'in 700 ms, at Pay'],
          ['Others use this key too', 'a look every 8 s'],
          ['Time to an answer', '84 ms'],
          ['Delay of messages', '400 ms for the last one; of 7, the median 900 ms, the longest 2 h'],
          ["This machine's clock", "is 3 h behind the service's"],
        ],
      },
      {
        heading: 'Requests in the last minute',
        columns: ['Kind', 'Answered', 'Refused', 'Failed'],
        rows: [
          ['Sends', '1', '0', '0'],
          ['Open room', '41', '2', '1'],
          ['Older messages', '0', '0', '0'],
          ['Other rooms', '0', '0', '0'],
        ],
      },
      {
        heading: 'What went wrong',
        columns: ['When', 'Kind', 'Reason'],
        rows: [
          ['5 s ago', 'Open room', 'no connection (ENOTFOUND)'],
          ['9 s ago', 'Open room', 'too many requests, wait 2 s'],
        ],
      },
      {
        heading: 'Learned of the service',
        rows: [
          ['Messages in the largest answer', '42'],
          ['Messages in an answer, at most', '50'],
          ['What `ts` asks for', 'messages since then'],
          ['Escapes what is sent', 'yes'],
          ['Author of what is sent', 'known'],
        ],
      },
      { heading: 'Surroundings', rows: [['Chapi', '1.2.3']] },
    ]);
    assert.equal(chart?.label, 'Requests of the last 30 s, in steps of 10 s: 13 answered, 2 refused, 1 failed.');
  });

  it('tell a stranger the same without the names of rooms and people', () => {
    const text = connectionReportText(connectionReport(source, stranger));
    assert.ok(!/Merger|ACME|Pay|alice/i.test(text), text);
    assert.ok(text.startsWith('# Connection Details\n\nThe service answers.\n\nRequests of the last 30 s'), text);
    assert.ok(text.includes('·█▃'), text);
    assert.ok(text.includes('- Open room: Answered 41, Refused 2, Failed 1'), text);
    assert.ok(text.includes('- Next look: in 700 ms, at Room 2'), text);
    assert.ok(text.includes('- Messages in an answer, at most: 50'), text);
  });

  it('say what to do where there is nothing to talk to', () => {
    const report = connectionReport({ ...source, details: undefined }, stranger);
    assert.equal(report.chart, undefined);
    assert.deepEqual(
      report.sections.map(({ heading }) => heading),
      ['Surroundings'],
    );
  });
});
