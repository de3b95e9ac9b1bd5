import assert from 'node:assert/strict';

/**
 * The sandbox behind an address that must be refused: unencrypted, and no loopback address by its name, yet one that
 * leads to this machine. So a request that is sent all the same is seen, and none leaves the machine. Fails where the
 * system does not lead it there, since nothing would be proven.
 * @param baseUrl the sandbox's own address
 */
export async function refusedAddressOf(baseUrl: string): Promise<string> {
  const address = baseUrl.replace('127.0.0.1', '0.0.0.0');
  assert.notEqual(address, baseUrl);
  const { status } = await fetch(`${address}/messages`);
  assert.equal(status, 401, 'the sandbox cannot be seen behind the address');
  return address;
}
