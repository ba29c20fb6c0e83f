/**
 * Text that was typed and not saved: leaving the page or the view of it, or closing the dialog that holds it, asks
 * first.
 */
import { createContext, type ReactNode, useContext, useEffect, useMemo } from 'react';
import { usePortalText } from './portal-text';

/** Browsers ask in words of their own. */
const keep = (event: Event) => event.preventDefault();

/** The forms of a page or a dialog that hold unsaved text, each with its question. */
class Scope {
  readonly #questions = new Map<symbol, string>();

  readonly #outer: Scope | null;

  constructor(outer: Scope | null) {
    this.#outer = outer;
  }

  add(form: symbol, question: string): void {
    this.#questions.set(form, question);
    if (this.#outer) this.#outer.add(form, question);
    else addEventListener('beforeunload', keep);
  }

  delete(form: symbol): void {
    this.#questions.delete(form);
    if (this.#outer) this.#outer.delete(form);
    else if (this.#questions.size === 0) removeEventListener('beforeunload', keep);
  }

  /** Whether nothing is unsaved, or it may be given up. */
  mayLeave(): boolean {
    const [question] = this.#questions.values();
    return question === undefined || confirm(question);
  }
}

/** The scope of the whole page. */
export const page = new Scope(null);

const UnsavedScope = createContext(page);

/** A scope whose contents can be left on their own, as a dialog is. */
export function OwnScope({ children }: { children: (mayLeave: () => boolean) => ReactNode }) {
  const outer = useContext(UnsavedScope);
  const scope = useMemo(() => new Scope(outer), [outer]);
  return <UnsavedScope value={scope}>{children(() => scope.mayLeave())}</UnsavedScope>;
}

/** Asks whether the dialog around may be left, or the page where there is none: true where nothing would be lost. */
export function useMayLeave(): () => boolean {
  const scope = useContext(UnsavedScope);
  return () => scope.mayLeave();
}

/** Reports whether a form holds text that would be lost. */
export function useUnsaved(is: boolean): void {
  const { leaveUnsaved } = usePortalText();
  const scope = useContext(UnsavedScope);
  useEffect(() => {
    if (!is) return;
    const form = Symbol();
    scope.add(form, leaveUnsaved);
    return () => scope.delete(form);
  }, [is, scope, leaveUnsaved]);
}

/** The same for a form that draws its own dialog: stands inside it. */
export function Unsaved({ is }: { is: boolean }) {
  useUnsaved(is);
  return null;
}

/** Whether two drafts are equal. */
export function isSame(draft: unknown, other: unknown): boolean {
  return JSON.stringify(draft) === JSON.stringify(other);
}
