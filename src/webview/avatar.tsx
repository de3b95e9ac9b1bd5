import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { Icon } from './icons';

/** How many colours the stylesheet has for avatars. */
const COLOURS = 5;

/** Addresses that could not be had: not asked for again with every message. */
const refused = new Set<string>();

/** More than a page ever meets; an endless list of them would be somebody's game. */
const MAX_REFUSED = 1_000;

/** The first letters of a person's first and last name, at most two; none for a name without letters. */
export function initials(name: string): string {
  const words = name.match(/[\p{L}\p{N}][\p{L}\p{N}\p{M}]*/gu) ?? [];
  const chosen = words.length > 1 ? [words[0], words.at(-1)] : words;
  return chosen.map((word) => Array.from(word ?? '')[0]?.toLocaleUpperCase() ?? '').join('');
}

/** Always the same one for a name. */
export function colourOf(name: string): number {
  let hash = 0;
  for (const character of name) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) >>> 0;
  return hash % COLOURS;
}

/** An author's picture: an ornament beside the name, which stands there in words. Without a picture, the initials. */
export function Avatar({
  name,
  own,
  url,
}: {
  readonly name: string;
  readonly own: boolean;
  readonly url: string | undefined;
}): VNode {
  const [isRefused, setRefused] = useState(url === undefined || refused.has(url));
  const letters = initials(name);
  return (
    <span class="avatar" data-colour={own ? 'own' : colourOf(name)} aria-hidden="true">
      {own || letters === '' ? <Icon name="person" /> : letters}
      {url !== undefined && !isRefused && (
        <img
          src={url}
          alt=""
          width={24}
          height={24}
          loading="lazy"
          decoding="async"
          referrerpolicy="no-referrer"
          onError={() => {
            if (refused.size < MAX_REFUSED) refused.add(url);
            setRefused(true);
          }}
        />
      )}
    </span>
  );
}
