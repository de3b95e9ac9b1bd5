import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** What every extension host has loaded anyway. */
const SCRIPT = `
for (const name of ['net', 'http', 'https', 'crypto', 'fs/promises', 'readline', 'path', 'zlib', 'stream']) require(name);
require('readline').createInterface({ input: process.stdin });
setTimeout(() => {
  globalThis.gc();
  const { heapUsed, external } = process.memoryUsage();
  console.log(heapUsed + external);
  process.exit();
}, 1000);`;

/** The bytes that a Node process takes without us, after its rubbish is collected. */
export async function emptyProcessBytes(): Promise<number> {
  const child = spawn(process.execPath, ['--expose-gc', '-e', SCRIPT], { stdio: ['pipe', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  await once(child, 'close');
  return Number(output);
}
