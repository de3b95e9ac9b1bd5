import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { ChatSession } from '../../src/editor/chatSession';
import { RoomBadges, roomUri } from '../../src/editor/roomBadges';

/** Names that a person may give to a room, and that mean something in an address. */
const NAMES = ['', 'Backend', '//two slashes', 'R&D #1/ü 🚀?', '50 %', '..'];

describe('the badges of rooms', () => {
  const counts = new Map<string, number>();
  const session = {
    get rooms() {
      return [...counts].map(([room, unreadCount]) => ({ room, unreadCount }));
    },
    quiet: { isMuted: (room: string) => room === 'muted' },
  };
  let badges: RoomBadges;

  before(() => (badges = new RoomBadges(session as unknown as ChatSession)));
  after(() => badges.dispose());

  it('say how much is unread in two characters, whatever the name', () => {
    for (const [index, name] of NAMES.entries()) counts.set(name, index * 4);
    // As it comes back from VS Code.
    const badgeOf = (name: string): string | undefined =>
      badges.provideFileDecoration(vscode.Uri.parse(roomUri(name).toString()))?.badge;
    assert.deepEqual(NAMES.map(badgeOf), [undefined, '4', '8', '9+', '9+', '9+']);
  });

  it('are none for muted rooms, for others than those on the list, and for files', () => {
    counts.set('muted', 3);
    for (const uri of [roomUri('muted'), roomUri('unknown'), vscode.Uri.file('/Backend')]) {
      assert.equal(badges.provideFileDecoration(uri), undefined, uri.toString());
    }
  });

  it('are asked for again when something changes', () => {
    const asked: string[][] = [];
    const listening = badges.onDidChangeFileDecorations((uris) => asked.push(uris.map(String)));
    badges.update();
    listening.dispose();
    assert.deepEqual(asked, [[...counts.keys()].map((room) => roomUri(room).toString())]);
  });
});
