/** Loaded with the first `:word:`. */
import { nameToEmoji } from 'gemoji';
import './lazyScripts';

globalThis.chapiLazyParts = { ...globalThis.chapiLazyParts, emoji: nameToEmoji };
