/**
 * A form that survives a reload. It is kept for this tab only: a school's computer has many users, and nobody should
 * find the document number of the one before. To outlive the tab it is saved at the server, which the page says: a
 * half kept on the device, without number and telephone, would look complete and be found incomplete on the last day.
 */

type Fields = Record<string, string>;

/** The kept draft, else the first contents of the form; only fields that the form has. */
export function readDraft<T extends Fields>(key: string, first: T, storage: Pick<Storage, 'getItem'>): T {
  try {
    const kept: unknown = JSON.parse(storage.getItem(key) ?? 'null');
    if (typeof kept !== 'object' || kept === null) return first;
    const texts = Object.entries(kept).filter(
      ([field, text]) => Object.hasOwn(first, field) && typeof text === 'string',
    );
    return { ...first, ...Object.fromEntries(texts) };
  } catch {
    return first; // Forbidden or damaged storage: the form is empty, that is all.
  }
}

export function keepDraft(key: string, fields: Fields, storage: Pick<Storage, 'setItem'>): void {
  try {
    storage.setItem(key, JSON.stringify(fields));
  } catch {
    // Storage is forbidden: the draft lasts as long as the page.
  }
}

export function dropDraft(key: string, storage: Pick<Storage, 'removeItem'>): void {
  try {
    storage.removeItem(key);
  } catch {
    // It was never kept.
  }
}
