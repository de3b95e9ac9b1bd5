import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { ChatSession } from '../../src/editor/chatSession';
import { sendCommands } from '../../src/editor/sendCommands';

describe('a message that could not be kept', () => {
  it('comes back into the input with the reason, until it is kept or the person leaves', async () => {
    const asked: vscode.InputBoxOptions[] = [];
    const answers = ['what I typed', 'what I typed, and more', undefined];
    const sent: string[] = [];
    const session = {
      openRoom: 'Backend',
      title: (room: string) => room,
      settled: () => Promise.resolve(),
      trouble: '',
      feed: { send: (_room: string, text: string) => (sent.push(text), Promise.reject(new Error('disk full'))) },
    };
    const { showInputBox } = vscode.window;
    const answer = (options: vscode.InputBoxOptions): Promise<string | undefined> => {
      asked.push(options);
      return Promise.resolve(answers.shift());
    };
    Object.assign(vscode.window, { showInputBox: answer });
    try {
      await sendCommands(session as unknown as ChatSession)['chapi.sendMessage']({
        room: 'Backend',
        prompt: 'Ann: $(key) is [here](command:x)\nor there',
      });
    } finally {
      Object.assign(vscode.window, { showInputBox });
    }
    assert.deepEqual(sent, ['what I typed', 'what I typed, and more']);
    assert.deepEqual(
      asked.map(({ value }) => value),
      ['', ...sent],
    );
    assert.equal(asked[0]?.prompt, 'Ann: $\u200B(key) is here(command:x) or there');
    assert.deepEqual(
      asked.map(({ prompt }) => /could not be kept/.test(prompt ?? '')),
      [false, true, true],
    );
  });
});
