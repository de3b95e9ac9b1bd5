import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { Sandbox } from '../sandbox/sandbox';
import { ConnectProxy } from '../support/connectProxy';
import { expectSoon } from '../support/expectSoon';
import { TlsFront } from '../support/tlsFront';
import { TRUSTED_HOST, trustedCertificate } from '../support/trustedHost';

/** The first byte of a TLS handshake, RFC 8446, 5.1. */
const TLS_HANDSHAKE = 0x16;

const AUTHORITY = `${TRUSTED_HOST}:443`;

/** The service behind a company's proxy: its name leads nowhere, only the proxy of the settings knows the way. */
describe('a proxy', () => {
  let sandbox: Sandbox;
  let front: TlsFront;
  let proxy: ConnectProxy;
  const set = (key: string, value: unknown): Thenable<void> =>
    vscode.workspace.getConfiguration().update(key, value, vscode.ConfigurationTarget.Global);
  const looks = (): number => sandbox.control.requests().filter(({ status }) => status === 200).length;
  const moreLooks = async (count: number): Promise<void> => {
    const enough = looks() + count;
    await expectSoon(
      async () => {
        await vscode.commands.executeCommand('chapi.refresh');
        return looks();
      },
      (now) => now >= enough,
      `${count} more looks at the room`,
    );
  };

  before(async function () {
    this.timeout(60_000);
    sandbox = await Sandbox.start({ limiter: 'spacing' });
    const { port, pathname } = new URL(sandbox.baseUrl);
    front = await TlsFront.start(trustedCertificate(), Number(port));
    proxy = await ConnectProxy.start({ [AUTHORITY]: front.port });
    // With it, the Node 20 of VS Code 1.100 forgets what NODE_EXTRA_CA_CERTS names: a person there has to choose, too.
    await set('http.systemCertificates', false);
    await set('http.proxy', proxy.url);
    await set('chapi.apiBaseUrl', `https://${TRUSTED_HOST}${pathname}`);
    process.env['CHAPI_API_KEY'] = sandbox.key;
    // Removing the kept key, of which there is none, makes the environment's count.
    await vscode.commands.executeCommand('chapi.removeApiKey');
  });

  after(async () => {
    delete process.env['CHAPI_API_KEY'];
    await vscode.commands.executeCommand('chapi.removeApiKey');
    for (const key of ['chapi.apiBaseUrl', 'http.proxy', 'http.proxySupport', 'http.systemCertificates']) {
      await set(key, undefined);
    }
    await proxy.close();
    await front.close();
    await sandbox.close();
  });

  it('is used with http.proxySupport as it is, for looks and for messages', async () => {
    assert.equal(vscode.workspace.getConfiguration('http').get('proxySupport'), 'override');
    await moreLooks(3);
    await vscode.commands.executeCommand('chapi.sendMessage', { text: 'through the tunnel' });
    await expectSoon(
      () => sandbox.control.listMessages().map(({ text }) => text),
      (texts) => texts.includes('through the tunnel'),
      'the message in the room',
    );
    assert.ok(proxy.tunnels.some(({ authority }) => authority === AUTHORITY));
    // Every connection of the service is the end of a tunnel, and VS Code opens one tunnel for each request: its patch of
    // Node's https makes a proxy agent per request that keeps nothing alive (microsoft/vscode#228872).
    const connections = new Set(sandbox.control.requests().map(({ connection }) => connection));
    assert.ok(connections.size <= proxy.tunnels.length, `${connections.size} of ${proxy.tunnels.length}`);
  });

  it('never sees the key, nor a message: they cross it inside TLS', () => {
    assert.ok(sandbox.control.requests().every(({ key }) => key === 'key 1'));
    assert.ok(proxy.tunnels.length > 0);
    for (const { passed } of proxy.tunnels) {
      const bytes = passed();
      if (bytes.length > 0) assert.equal(bytes[0], TLS_HANDSHAKE);
      assert.ok(!bytes.includes(sandbox.key));
      assert.ok(!bytes.includes('through the tunnel'));
      assert.ok(!bytes.includes('x-api-key'));
    }
    assert.deepEqual(
      proxy.plainRequests.filter((request) => request.includes(TRUSTED_HOST)),
      [],
    );
  });

  for (const support of ['on', 'fallback'] as const) {
    it(`is used with http.proxySupport "${support}" too`, async () => {
      await set('http.proxySupport', support);
      const before = proxy.tunnels.length;
      await moreLooks(2);
      assert.ok(proxy.tunnels.length >= before + 1);
    });
  }

  it('is not used with http.proxySupport "off": then nothing arrives', async () => {
    await set('http.proxySupport', 'off');
    await vscode.commands.executeCommand('chapi.refresh');
    const before = [proxy.tunnels.length, looks()];
    for (let round = 0; round < 3; round++) await vscode.commands.executeCommand('chapi.refresh');
    assert.deepEqual([proxy.tunnels.length, looks()], before);
    await set('http.proxySupport', undefined);
    await moreLooks(1);
  });

  for (const scheme of ['http', 'https'] as const) {
    it(`is not asked for ${scheme} to this machine, where one connection is kept for all requests`, async () => {
      const address = new URL(sandbox.baseUrl);
      const secure = `https://localhost:${front.port}${address.pathname}`;
      await set('chapi.apiBaseUrl', scheme === 'http' ? sandbox.baseUrl : secure);
      await moreLooks(1);
      const before = proxy.tunnels.length;
      sandbox.control.clearRequests();
      await moreLooks(4);
      assert.equal(proxy.tunnels.length, before);
      const connections = new Set(sandbox.control.requests().map(({ connection }) => connection));
      assert.equal(connections.size, 1);
    });
  }
});
