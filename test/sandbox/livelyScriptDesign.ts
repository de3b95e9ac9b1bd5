import { ALICE, BEN, BUILD_BOT, CHIARA, KEN, line, PRIYA, type RoomScript } from './livelyScript';

/** How things look, and why. */
export const designScript: RoomScript = {
  room: 'Design reviews',
  conversations: [
    [
      line(
        CHIARA,
        'New round for the message list: https://example.com/figures/{pull} Comments welcome until tomorrow.',
      ),
      line(ALICE, 'I like the calmer header. Is the time meant to be visible only on hover?'),
      line(CHIARA, 'Only the *exact* time. The short one stays, at the right.'),
      line(PRIYA, 'With a screen reader the exact one should be in the label anyway'),
      line(CHIARA, 'Good point, noted'),
      line(KEN, 'フォントの行の高さ、日本語では少し狭いです。1.5 はどうですか？'),
      line(CHIARA, 'Happy to try 1.5! Do you have a long text that shows it?'),
      line(
        KEN,
        '吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。何でも薄暗いじめじめした所でニャーニャー泣いていた事だけは記憶している。',
      ),
      line(CHIARA, 'Ha, the cat 🐈 Perfect, thank you'),
    ],
    [
      line(BEN, 'Contrast check of the new grey on white: 4.1, we need *4.5*'),
      line(
        CHIARA,
        'What about the theme colour instead of our own?',
        '```css',
        '.message-time {',
        '  color: var(--vscode-descriptionForeground);',
        '}',
        '```',
      ),
      line(BEN, 'Yes please. Then high contrast comes for free.'),
      line(PRIYA, 'And we have one colour less to argue about 😄'),
      line(CHIARA, 'Changed in PR {pull}'),
      line(
        BUILD_BOT,
        'Pictures of build {build} are ready',
        '4 themes, 2 of 36 pictures differ',
        'https://example.com/pictures/{build}',
      ),
      line(CHIARA, 'Both are the new grey, as expected.'),
    ],
    [
      line(ALICE, 'Should the list jump to the bottom when a message arrives?'),
      line(BEN, 'Only if it was at the bottom. If I am reading something older, *do not touch my scroll*'),
      line(PRIYA, 'Agreed. A small "3 new" at the lower edge is enough.'),
      line(
        BEN,
        'We had this in the old client:',
        '```ts',
        'const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 2;',
        'append(message);',
        'if (atEnd) list.scrollTop = list.scrollHeight;',
        '```',
        'The 2 is for fractional zoom levels.',
      ),
      line(ALICE, 'And it has to be measured *before* the change, see `src/webview/messageList.tsx:58`'),
      line(CHIARA, 'Writing that down as a rule 📌'),
      line(KEN, '👍'),
    ],
    [
      line(PRIYA, 'I walked through the settings with a keyboard only. Two places where the focus disappears:'),
      line(PRIYA, '1. after closing the emoji list', '2. after deleting the last room'),
      line(CHIARA, 'For 1 it should go back to the text. For 2, the "Add room" button?'),
      line(PRIYA, 'Yes, both feel natural'),
      line(ALICE, 'Can we test that? Something like `document.activeElement` after each step'),
      line(PRIYA, 'Already in PR {pull} 😇'),
    ],
    [
      line(CHIARA, 'Names. "Mute" or "Pause" for a single room?'),
      line(BEN, 'Mute. Pause sounds as if the messages did not arrive.'),
      line(KEN, 'ミュート is also what everybody says in Japanese'),
      line(CHIARA, '*Mute* it is'),
      line(ALICE, 'And for everything at once: "Pause notifications", because it ends by itself?'),
      line(CHIARA, "Exactly, I'll write both into https://example.com/wiki/words"),
    ],
  ],
};
