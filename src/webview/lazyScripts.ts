import { useEffect, useState } from 'preact/hooks';
import type { HighlightedNode } from './highlighterMain';

/** What the scripts that are loaded later leave for the page. */
export interface LazyParts {
  /** Nothing for a language that is not known. */
  readonly highlight: (language: string, code: string) => readonly HighlightedNode[] | undefined;
  readonly emoji: Readonly<Record<string, string>>;
}

declare global {
  /** The only way from one script of the page to another. */
  var chapiLazyParts: { -readonly [Name in keyof LazyParts]?: LazyParts[Name] } | undefined;
}

/** The page's policy lets in scripts that bear its number. VS Code puts scripts of its own, without it, into the page. */
const nonce = document.currentScript?.nonce;

const loading = new Map<keyof LazyParts, Promise<void>>();

/** Never rejects: a page without colours is better than none. */
function load(name: keyof LazyParts): Promise<void> {
  const known = loading.get(name);
  if (known !== undefined) return known;
  const source = document.getElementById('app')?.dataset[name];
  const started = new Promise<void>((resolve) => {
    if (source === undefined || nonce === undefined) {
      resolve();
      return;
    }
    const script = document.createElement('script');
    script.nonce = nonce;
    script.src = source;
    script.addEventListener('load', () => {
      resolve();
    });
    script.addEventListener('error', () => {
      resolve();
    });
    document.head.append(script);
  });
  loading.set(name, started);
  return started;
}

/** A part of the page that is loaded when it is first wanted; nothing until then. */
export function useLazyPart<Name extends keyof LazyParts>(name: Name, wanted: boolean): LazyParts[Name] | undefined {
  const [, setLoaded] = useState(false);
  const part = globalThis.chapiLazyParts?.[name];
  const isMissing = wanted && part === undefined;
  useEffect(() => {
    if (!isMissing) return undefined;
    let isHere = true;
    void load(name).then(() => {
      if (isHere) setLoaded(true);
    });
    return () => {
      isHere = false;
    };
  }, [name, isMissing]);
  return part;
}
