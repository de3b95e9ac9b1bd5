import assert from 'node:assert/strict';
import * as vscode from 'vscode';

interface Manifest {
  readonly displayName: string;
  readonly engines: { readonly vscode: string };
  readonly extensionKind: readonly string[];
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly title: string; readonly category: string }[];
    readonly views: Readonly<Record<string, readonly { readonly id: string; readonly type?: string }[]>>;
    readonly viewsContainers: { readonly activitybar: readonly { readonly id: string }[] };
    readonly configuration: {
      readonly properties: Readonly<Record<string, { readonly default: unknown; readonly scope: string }>>;
    };
  };
}

/** Names that users, their settings and their key bindings rely on. */
describe('names that do not change', () => {
  const manifest = (): Manifest => vscode.extensions.getExtension('chapi.chapi-chat')?.packageJSON as Manifest;

  it('of the commands', () => {
    const titles = Object.fromEntries(manifest().contributes.commands.map(({ command, title }) => [command, title]));
    assert.deepEqual(titles, {
      'chapi.setApiKey': 'Set API Key…',
      'chapi.removeApiKey': 'Remove API Key',
      'chapi.readKeyAgain': 'Read API Key Again',
      'chapi.openChat': 'Open Chat',
      'chapi.openChatInEditor': 'Open Chat in Editor',
      'chapi.switchRoom': 'Switch Room…',
      'chapi.addRoom': 'Add Room…',
      'chapi.removeRoom': 'Remove Room',
      'chapi.sendMessage': 'Send Message…',
      'chapi.sendSelection': 'Send Selection to Chat',
      'chapi.refresh': 'Refresh',
      'chapi.markAllRead': 'Mark All Read',
      'chapi.goToNextUnread': 'Go to Next Unread',
      'chapi.toggleMute': 'Mute or Unmute Room',
      'chapi.togglePin': 'Pin or Unpin Room',
      'chapi.muteRoom': 'Mute',
      'chapi.unmuteRoom': 'Unmute',
      'chapi.pinRoom': 'Pin',
      'chapi.unpinRoom': 'Unpin',
      'chapi.moveRoomUp': 'Move Room Up',
      'chapi.moveRoomDown': 'Move Room Down',
      'chapi.pauseNotifications': 'Pause Notifications…',
      'chapi.retryUnsent': 'Retry Unsent Messages',
      'chapi.showConnection': 'Show Connection Details',
      'chapi.showLog': 'Show Log',
    });
    assert.ok(manifest().contributes.commands.every(({ category }) => category === 'Chapi'));
  });

  it('of the settings, with their defaults and scopes', () => {
    const properties = Object.entries(manifest().contributes.configuration.properties);
    assert.deepEqual(
      properties.map(([key, { default: value, scope }]) => [key, value, scope]),
      [
        ['chapi.apiBaseUrl', 'https://api.8x8.com/chat/api/chat/v1', 'machine'],
        ['chapi.rooms', [], 'window'],
        ['chapi.polling.activeSeconds', 1, 'application'],
        ['chapi.polling.backgroundSeconds', 15, 'application'],
        ['chapi.notifications', 'mentions', 'application'],
        ['chapi.mentionNames', [], 'application'],
        ['chapi.signature', '', 'application'],
        ['chapi.showAvatars', true, 'application'],
        ['chapi.announceNewMessages', true, 'application'],
        ['chapi.sendOnEnter', true, 'application'],
      ],
    );
  });

  it('of the extension and its views', () => {
    const { displayName, engines, extensionKind, contributes } = manifest();
    assert.equal(displayName, 'Chapi: 8x8 Work Chat');
    assert.equal(engines.vscode, '^1.100.0');
    assert.deepEqual(extensionKind, ['ui', 'workspace']);
    assert.deepEqual(
      contributes.viewsContainers.activitybar.map(({ id }) => id),
      ['chapi'],
    );
    assert.deepEqual(
      contributes.views['chapi']?.map(({ id, type }) => [id, type]),
      [
        ['chapi.rooms', undefined],
        ['chapi.chat', 'webview'],
      ],
    );
  });
});
