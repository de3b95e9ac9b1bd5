/** Loaded with the first `:word:`. */
import { nameToEmoji } from 'gemoji';

globalThis.chapiLazyParts = { ...globalThis.chapiLazyParts, emoji: nameToEmoji };
