/**
 * Copies of a draft on this device, for the time in which the server does not have them. Each window has its own: two
 * that write without a network overwrite nothing of each other.
 */
import type { Text } from './draft';

/** The key of one person's copies: a school's computer has many users. */
export function keyOf(person: string, phase: string): string {
  return `live-classroom.essay.${person}.${phase}`;
}

type Copies = Record<string, Text>;
type Reader = Pick<Storage, 'getItem'>;
type Keeper = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

function copiesOf(key: string, storage: Reader): Copies {
  try {
    const kept: unknown = JSON.parse(storage.getItem(key) ?? 'null');
    if (typeof kept !== 'object' || kept === null) return {};
    return Object.fromEntries(Object.entries(kept).filter(([, copy]) => isText(copy)));
  } catch {
    return {}; // Forbidden or damaged storage: what the server has is all there is.
  }
}

function isText(copy: unknown): copy is Text {
  const { text, revision } = (copy ?? {}) as Partial<Text>;
  return typeof text === 'string' && typeof revision === 'number';
}

/** The copy of this window, or one that another window left behind, with the name of its window. */
export function readCopy(key: string, own: string, storage: Reader): { of: string; copy: Text } | null {
  const copies = copiesOf(key, storage);
  const of = Object.hasOwn(copies, own) ? own : Object.keys(copies)[0];
  const copy = of === undefined ? undefined : copies[of];
  return of === undefined || copy === undefined ? null : { of, copy };
}

/** The copy with which this window goes on; one that another window left behind is its own from now on. */
export function takeCopy(key: string, own: string, storage: Keeper): Text | null {
  const found = readCopy(key, own, storage);
  if (found === null) return null;
  if (found.of !== own && keepCopy(key, own, found.copy, storage)) keepCopy(key, found.of, null, storage);
  return found.copy;
}

/** The name of this window, the same after a reload. */
export function windowOf(key: string, storage: Pick<Storage, 'getItem' | 'setItem'>): string {
  const made = Math.random().toString(36).slice(2);
  try {
    const known = storage.getItem(key);
    if (known === null) storage.setItem(key, made);
    return known ?? made;
  } catch {
    return made;
  }
}

/** Keeps a copy; false = this device keeps nothing, and the page asks before it is left. */
export function keepCopy(key: string, own: string, copy: Text | null, storage: Keeper): boolean {
  const { [own]: _, ...others } = copiesOf(key, storage);
  const copies = copy === null ? others : { ...others, [own]: copy };
  try {
    if (Object.keys(copies).length === 0) storage.removeItem(key);
    else storage.setItem(key, JSON.stringify(copies));
    return true;
  } catch {
    return copy === null;
  }
}

const refuse = () => {
  throw new Error('storage is forbidden');
};

/** The storage of the device; where even asking for it is forbidden, nothing is kept. */
export function deviceStorage(which: 'local' | 'session'): Keeper {
  try {
    return which === 'local' ? localStorage : sessionStorage;
  } catch {
    return { getItem: refuse, setItem: refuse, removeItem: refuse };
  }
}
