/**
 * A persistent map from text to values: `set` gives a new map and shares all that did not change with the old one, so
 * that a timeline of 100,000 messages can be an immutable value.
 */
export interface HashTrie<Value> {
  readonly size: number;
  readonly root: Node<Value> | undefined;
}

type Leaf<Value> = readonly (readonly [key: string, value: Value])[];
type Node<Value> = Leaf<Value> | Branch<Value>;
interface Branch<Value> {
  readonly children: readonly (Node<Value> | undefined)[];
}

const BITS = 6;
const WIDTH = 1 << BITS;
const MAX_LEAF = 8;
const MAX_DEPTH = Math.floor(32 / BITS);

/** The empty map. */
export function emptyTrie<Value>(): HashTrie<Value> {
  return { size: 0, root: undefined };
}

/** The value kept for the key, if there is one. */
export function trieGet<Value>(trie: HashTrie<Value>, key: string): Value | undefined {
  let node = trie.root;
  let rest = hash(key);
  while (node !== undefined && 'children' in node) {
    node = node.children[rest & (WIDTH - 1)];
    rest >>>= BITS;
  }
  if (node === undefined) return undefined;
  for (const [kept, value] of node) if (kept === key) return value;
  return undefined;
}

/** A map that keeps the value for the key and is otherwise the same. */
export function trieSet<Value>(trie: HashTrie<Value>, key: string, value: Value): HashTrie<Value> {
  const added = { count: 0 };
  const root = setIn(trie.root, key, value, hash(key), 0, added);
  return { size: trie.size + added.count, root };
}

/** A map that keeps nothing for the key and is otherwise the same. */
export function trieDelete<Value>(trie: HashTrie<Value>, key: string): HashTrie<Value> {
  if (trieGet(trie, key) === undefined) return trie;
  return { size: trie.size - 1, root: deleteIn(trie.root, key, hash(key)) };
}

function deleteIn<Value>(node: Node<Value> | undefined, key: string, rest: number): Node<Value> | undefined {
  if (node === undefined) return undefined;
  if ('children' in node) {
    const slot = rest & (WIDTH - 1);
    const children = node.children.slice();
    children[slot] = deleteIn(children[slot], key, rest >>> BITS);
    return children.every((child) => child === undefined) ? undefined : { children };
  }
  const leaf = node.filter(([kept]) => kept !== key);
  return leaf.length === 0 ? undefined : leaf;
}

function setIn<Value>(
  node: Node<Value> | undefined,
  key: string,
  value: Value,
  rest: number,
  depth: number,
  added: { count: number },
): Node<Value> {
  if (node === undefined) {
    added.count = 1;
    return [[key, value]];
  }
  if ('children' in node) {
    const slot = rest & (WIDTH - 1);
    const children = node.children.slice();
    children[slot] = setIn(children[slot], key, value, rest >>> BITS, depth + 1, added);
    return { children };
  }
  const at = node.findIndex(([kept]) => kept === key);
  if (at >= 0) return node.with(at, [key, value]);
  added.count = 1;
  const leaf: Leaf<Value> = [...node, [key, value]];
  return leaf.length <= MAX_LEAF || depth === MAX_DEPTH ? leaf : split(leaf, depth);
}

function split<Value>(leaf: Leaf<Value>, depth: number): Branch<Value> {
  const children: (readonly (readonly [string, Value])[] | undefined)[] = new Array<undefined>(WIDTH).fill(undefined);
  for (const pair of leaf) {
    const slot = (hash(pair[0]) >>> (depth * BITS)) & (WIDTH - 1);
    children[slot] = [...(children[slot] ?? []), pair];
  }
  return { children };
}

/** FNV-1a over the code units: 32 well-spread bits, which is all that is asked of it. */
function hash(key: string): number {
  let bits = 0x811c9dc5;
  for (let index = 0; index < key.length; index++) {
    bits = Math.imul(bits ^ key.charCodeAt(index), 0x01000193);
  }
  return bits >>> 0;
}
