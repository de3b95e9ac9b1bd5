import { render } from 'preact';
import { dateWords, personsLocale } from './dates';
import { connectToHost } from './hostBridge';
import { Page } from './page';
import { PageMemory } from './pageMemory';
import { PageSession } from './pageSession';

const root = document.getElementById('app');
if (root === null) throw new Error('The page has no element with the id "app".');

const bridge = connectToHost();
const memory: PageMemory = new PageMemory(bridge, (draft) => {
  session.tellDraft(draft);
});
const session = new PageSession(
  bridge,
  (draft) => {
    memory.takeDraft(draft);
  },
  memory.wanted(),
);

const flush = (): void => {
  if (document.visibilityState === 'hidden') memory.flush();
};
document.addEventListener('visibilitychange', flush);
window.addEventListener('pagehide', () => {
  memory.flush();
});

render(<Page session={session} memory={memory} />, root);
void session.start();
// The first date of a page takes some ten milliseconds, in which the host's answer is on its way.
dateWords(personsLocale(document.documentElement.lang, navigator.languages)).time(0);
