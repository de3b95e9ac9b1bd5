import { COLLEAGUES, line, type Line } from './livelyScript';
import type { Random } from './seededRandom';

const TO_CODE = [
  'Nice and short. Is there a test for the empty case?',
  'I would name it after what it gives back, otherwise 👍',
  'Reads well. What happens when it is called twice?',
];
const TO_QUESTIONS = [
  'Good question. I *think* yes, but let me check the code first',
  "I don't know, sorry. There is a page about it: https://example.com/wiki/questions",
  'Yes, since last week. See `CHANGELOG.md`',
];
const TO_REFERENCES = ['Looking at it now 👀', 'Ah, that place. I know it too well 😅'];
const TO_MENTIONS = ['Here! Give me five minutes', 'Thanks for the ping, I have a look'];
const TO_ANYTHING = ['👍', 'Makes sense to me', 'Thanks for letting us know!', 'Noted ✍️', '🎉'];

function pick<Value>(values: readonly Value[], random: Random): Value {
  return values[Math.floor(random() * values.length)]!;
}

/** What somebody says to a message that has just been sent. Whoever is mentioned in it answers. */
export function answerTo(text: string, random: Random): Line {
  const mentioned = COLLEAGUES.find((name) => text.includes(`@${name}`));
  const by = mentioned ?? pick(COLLEAGUES, random);
  if (text.includes('```')) return line(by, pick(TO_CODE, random));
  if (/[?？]/.test(text)) return line(by, pick(TO_QUESTIONS, random));
  if (/\w\.\w+:\d+/.test(text)) return line(by, pick(TO_REFERENCES, random));
  return line(by, pick(mentioned === undefined ? TO_ANYTHING : TO_MENTIONS, random));
}
