import { createContext, type Context } from 'preact';

/** Says that the element has to stay where it is on the screen while the list around it changes next. */
export const HoldInPlace: Context<(element: Element) => void> = createContext<(element: Element) => void>(() => {
  // Outside of a list nothing scrolls.
});
