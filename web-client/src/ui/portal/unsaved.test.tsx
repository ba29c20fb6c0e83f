// @vitest-environment happy-dom
import { act } from 'react';
import { createRoot } from 'react-dom/client';
import { afterEach, expect, test, vi } from 'vitest';
import { OwnScope, page, useUnsaved } from './unsaved';

(globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true;
const root = createRoot(document.createElement('div'));
afterEach(() => {
  act(() => root.render(null));
  vi.unstubAllGlobals();
});

/** Whoever is asked wants to keep the text. */
function askedAndKept() {
  const confirm = vi.fn(() => false);
  vi.stubGlobal('confirm', confirm);
  return confirm;
}

function Form({ dirty }: { dirty: boolean }) {
  useUnsaved(dirty);
  return null;
}

test('typed text asks before it is left, saved text does not', () => {
  const confirm = askedAndKept();
  act(() => root.render(<Form dirty={false} />));
  expect(page.mayLeave()).toBe(true);
  expect(confirm).not.toHaveBeenCalled();
  act(() => root.render(<Form dirty />));
  expect(page.mayLeave()).toBe(false);
  expect(confirm).toHaveBeenCalledOnce();
  const leaving = new Event('beforeunload', { cancelable: true });
  window.dispatchEvent(leaving);
  expect(leaving.defaultPrevented).toBe(true);
  act(() => root.render(<Form dirty={false} />));
  expect(page.mayLeave()).toBe(true);
});

test('a dialog asks for its own text alone, the page for that of the dialog, too', () => {
  const confirm = askedAndKept();
  let leaveDialog = () => false;
  const shown = (outside: boolean, inside: boolean) => (
    <>
      <Form dirty={outside} />
      <OwnScope>
        {(mayLeave) => {
          leaveDialog = mayLeave;
          return <Form dirty={inside} />;
        }}
      </OwnScope>
    </>
  );
  act(() => root.render(shown(true, false)));
  expect(leaveDialog()).toBe(true);
  expect(confirm).not.toHaveBeenCalled();
  act(() => root.render(shown(false, true)));
  expect(leaveDialog()).toBe(false);
  expect(page.mayLeave()).toBe(false);
});
