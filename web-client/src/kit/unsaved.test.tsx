// @vitest-environment happy-dom
import { expect, test, vi } from 'vitest';
import { BackButton } from './back-button';
import { press, show } from './on-page';
import { OwnScope, page, useUnsaved } from './unsaved';

/** A person who is asked, and wants to keep the text. */
function askedAndKept() {
  const confirm = vi.fn(() => false);
  vi.stubGlobal('confirm', confirm);
  return confirm;
}

function Form({ dirty }: { dirty: boolean }) {
  useUnsaved(dirty);
  return null;
}

test('typed text asks before it is left, saved text does not', async () => {
  const confirm = askedAndKept();
  await show(<Form dirty={false} />);
  expect(page.mayLeave()).toBe(true);
  expect(confirm).not.toHaveBeenCalled();
  await show(<Form dirty />);
  expect(page.mayLeave()).toBe(false);
  expect(confirm).toHaveBeenCalledOnce();
  const leaving = new Event('beforeunload', { cancelable: true });
  window.dispatchEvent(leaving);
  expect(leaving.defaultPrevented).toBe(true);
  await show(<Form dirty={false} />);
  expect(page.mayLeave()).toBe(true);
});

test('a dialog asks for its own text alone, the page for that of the dialog, too', async () => {
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
  await show(shown(true, false));
  expect(leaveDialog()).toBe(true);
  expect(confirm).not.toHaveBeenCalled();
  await show(shown(false, true));
  expect(leaveDialog()).toBe(false);
  expect(page.mayLeave()).toBe(false);
});

test('"back" of a form asks for what was typed in it', async () => {
  const confirm = askedAndKept();
  const onBack = vi.fn();
  const goBack = async (dirty: boolean) => {
    await show(
      <OwnScope>
        {() => (
          <>
            <Form dirty={dirty} />
            <BackButton onBack={onBack} />
          </>
        )}
      </OwnScope>,
    );
    await press('返回');
  };
  await goBack(true);
  expect(confirm).toHaveBeenCalledOnce();
  expect(onBack).not.toHaveBeenCalled();
  await goBack(false);
  expect(onBack).toHaveBeenCalledOnce();
});
