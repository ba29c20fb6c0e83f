/** A text in pieces, with marks on those that stand elsewhere, too. Pure. */
import type { EssayOverlap, EssayPassage } from '../../protocol';

/** shared: the passage stands in another essay; repeated: it stands in this one again. */
export type Mark = 'shared' | 'repeated';

export interface Piece {
  /** The place of its first character. */
  from: number;
  text: string;
  mark: Mark | null;
}

export interface Layer {
  mark: Mark;
  passages: readonly EssayPassage[];
}

/**
 * The pieces of a text. Places count characters, not halves of them; a doubly marked piece has the mark of the first
 * layer.
 */
export function pieces(text: string, layers: readonly Layer[]): Piece[] {
  const characters = Array.from(text);
  const marks: (Mark | null)[] = characters.map(() => null);
  for (const { mark, passages } of [...layers].reverse()) {
    for (const { from, to } of passages) marks.fill(mark, from, to);
  }
  const found: Piece[] = [];
  characters.forEach((character, at) => {
    const last = found.at(-1);
    const mark = marks[at] ?? null;
    if (last && last.mark === mark) last.text += character;
    else found.push({ from: at, text: character, mark });
  });
  return found;
}

/** The passages to be shown: of one overlap, or of all (null). */
export function layersOf(
  { repeated, shared }: { repeated: EssayOverlap; shared: readonly EssayOverlap[] },
  only: EssayOverlap | null,
): Layer[] {
  const layers = [...shared, repeated].filter((overlap) => only === null || overlap === only);
  return layers.map((overlap) => ({
    mark: overlap === repeated ? 'repeated' : 'shared',
    passages: overlap.passages,
  }));
}
