import { render } from 'preact';
import { connectToHost } from './hostBridge';
import { Page } from './page';
import { PageMemory } from './pageMemory';
import { PageSession } from './pageSession';

const root = document.getElementById('app');
if (root === null) throw new Error('The page has no element with the id "app".');

const bridge = connectToHost();
const memory = new PageMemory(bridge);
const session = new PageSession(bridge);

const flush = (): void => {
  if (document.visibilityState === 'hidden') memory.flush();
};
document.addEventListener('visibilitychange', flush);
window.addEventListener('pagehide', () => {
  memory.flush();
});

render(<Page session={session} memory={memory} />, root);
void session.start();
