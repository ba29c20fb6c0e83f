/**
 * A draft between the keyboard, this device and the server. A typed text is on this device at once and on the server
 * soon; when another device saved meanwhile, nothing is overwritten, and the author chooses. Pure: takes events,
 * returns the new state.
 */

/** The state of the draft that the author sees. */
export type Keeping = 'saved' | 'saving' | 'offline' | 'refused' | 'conflict';

/** A text, and the revision of the text on the server from which it was made. */
export interface Text {
  text: string;
  revision: number;
}

export interface Draft extends Text {
  /** The text on the server, as far as this device knows. */
  stored: string;
  /** The text that is on its way; null = none. */
  sending: string | null;
  /** Whether the last save found no network. */
  offline: boolean;
  /** The text that the server did not take, and the reason; null = it took all. */
  refused: { text: string; code: string } | null;
  /** The text that another device saved meanwhile; null = none. */
  other: Text | null;
}

/**
 * The draft of the text on the server, or of this device's copy: a copy that was made from the same revision is newer.
 */
export function opened(server: Text, copy: Text | null): Draft {
  const draft: Draft = {
    text: server.text,
    revision: server.revision,
    stored: server.text,
    sending: null,
    offline: false,
    refused: null,
    other: null,
  };
  if (copy === null || copy.text === server.text) return draft;
  const mine = { ...draft, text: copy.text, revision: copy.revision };
  return copy.revision === server.revision
    ? mine
    : { ...mine, other: { text: server.text, revision: server.revision } };
}

/** The copy that this device keeps while the server does not have the text. */
export function copyOf({ text, revision, stored, other }: Draft): Text | null {
  return text === stored && other === null ? null : { text, revision };
}

export function keeping(draft: Draft): Keeping {
  if (draft.other !== null) return 'conflict';
  if (draft.sending === null && draft.text === draft.stored) return 'saved';
  if (draft.refused?.text === draft.text) return 'refused';
  return draft.offline ? 'offline' : 'saving';
}

export function typed(draft: Draft, text: string): Draft {
  return { ...draft, text };
}

/** Whether something is to be sent now. A refused text is not sent again until it was changed. */
export function isWaiting(draft: Draft): boolean {
  const { text, stored, sending, other, refused } = draft;
  return sending === null && other === null && text !== stored && refused?.text !== text;
}

export function sent(draft: Draft): Draft {
  return { ...draft, sending: draft.text, refused: null };
}

/** The draft once the server has the text that was on its way; it may have left out invisible characters. */
export function arrived(draft: Draft, server: Text): Draft {
  const text = draft.text === draft.sending ? server.text : draft.text;
  return { ...draft, text, revision: server.revision, stored: server.text, sending: null, offline: false };
}

export function lost(draft: Draft): Draft {
  return { ...draft, sending: null, offline: true };
}

/** The draft once the text on its way was not taken, for a reason that is no fault of the text. */
export function freed(draft: Draft): Draft {
  return { ...draft, sending: null, offline: false };
}

export function refused(draft: Draft, code: string): Draft {
  const text = draft.sending ?? draft.text;
  return { ...draft, sending: null, offline: false, refused: { text, code } };
}

export function clashed(draft: Draft, { text, revision }: Text): Draft {
  if (text === draft.text) return { ...draft, revision, stored: text, sending: null, offline: false };
  return { ...draft, sending: null, offline: false, other: { text, revision } };
}

/** The draft after the author's decision: `text` replaces the one on the server, which was read before. */
export function settled(draft: Draft, text: string): Draft {
  if (draft.other === null) return draft;
  return { ...draft, text, revision: draft.other.revision, stored: draft.other.text, other: null };
}

/** Both texts in one, for authors who want to lose no sentence. */
export function joined(draft: Draft): string {
  return [draft.text.trimEnd(), draft.other?.text.trimEnd() ?? ''].filter((text) => text !== '').join('\n\n');
}
