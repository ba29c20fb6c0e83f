/**
 * Text that was typed and not saved: leaving the page, another view of it, or closing the dialog that
 * holds it asks first.
 */
import { createContext, type ReactNode, useContext, useEffect, useMemo } from 'react';
import { usePortalText } from './text';

/** Browsers ask in words of their own. */
const keep = (event: Event) => event.preventDefault();

/** The forms of a page or a dialog that hold unsaved text, each with the question that is asked. */
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

  /** True: nothing is unsaved, or it may be given up. */
  mayLeave(): boolean {
    const [question] = this.#questions.values();
    return question === undefined || confirm(question);
  }
}

/** The whole page. */
export const page = new Scope(null);

const UnsavedScope = createContext(page);

/** What is inside can be left on its own, as a dialog is. */
export function OwnScope({ children }: { children: (mayLeave: () => boolean) => ReactNode }) {
  const outer = useContext(UnsavedScope);
  const scope = useMemo(() => new Scope(outer), [outer]);
  return <UnsavedScope value={scope}>{children(() => scope.mayLeave())}</UnsavedScope>;
}

/** A form says whether it holds text that would be lost. */
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

/** Whether two drafts say the same. */
export function isSame(draft: unknown, other: unknown): boolean {
  return JSON.stringify(draft) === JSON.stringify(other);
}
