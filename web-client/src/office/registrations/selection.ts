/** The selected ones of many registrations: some by hand, or all that match but for some. Pure. */

export interface Selection {
  /** Whether all that match the filter are selected, also those that are not on this page. */
  all: boolean;
  /** The selected ones; with `all`, those that are left out. */
  ids: ReadonlySet<string>;
}

export const NONE: Selection = { all: false, ids: new Set() };
export const ALL: Selection = { all: true, ids: new Set() };

export function isChosen(selection: Selection, id: string): boolean {
  return selection.all !== selection.ids.has(id);
}

export function choose(selection: Selection, ids: readonly string[], chosen: boolean): Selection {
  const next = new Set(selection.ids);
  for (const id of ids) {
    if (chosen === selection.all) next.delete(id);
    else next.add(id);
  }
  return { all: selection.all, ids: next };
}

/** The number of selected ones among the `total` that match. */
export function countOf(selection: Selection, total: number): number {
  return selection.all ? Math.max(0, total - selection.ids.size) : selection.ids.size;
}

/** The state of the box above the column. */
export function chosenOf(selection: Selection, shown: readonly string[]): 'none' | 'some' | 'every' {
  const count = shown.filter((id) => isChosen(selection, id)).length;
  if (count === 0) return 'none';
  return count === shown.length ? 'every' : 'some';
}
