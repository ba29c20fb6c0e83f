// @vitest-environment happy-dom
import { expect, test } from 'vitest';
import { place, show } from '../../kit/on-page';
import type { RegistrationForm, RevealedRegistration } from '../../protocol';
import { DeskContext } from '../desk';
import { desk } from '../fixtures';
import { Comparison } from './record-facts';

const FORM = {
  name: '阿里·买买提',
  document_number: '**************1234',
  unit: '33',
  school: '某校',
  mobile: '138****5678',
} as RegistrationForm;
const LIST = { ...FORM, name: '阿里･买买提' };

async function compare(revealed: RevealedRegistration | null): Promise<string[][]> {
  await show(
    <DeskContext value={desk()}>
      <Comparison form={FORM} list={LIST} differs={['mobile']} revealed={revealed} />
    </DeskContext>,
  );
  return [...place.querySelectorAll('tbody tr')].map((row) =>
    [...row.querySelectorAll('td')].map(({ textContent }) => textContent ?? ''),
  );
}

test('what differs is what the server says, first, whatever the masks look like', async () => {
  expect((await compare(null))[0]).toEqual(['138****5678', '138****5678']);
  const unlike = [...place.querySelectorAll('tr.differs th')].map(({ textContent }) => textContent);
  expect(unlike).toEqual(['手机号 不同']);
});

test('full numbers are shown of both', async () => {
  const nomination = { document_number: '33010519800102123X', mobile: '13812345678', email: '' };
  const revealed = { ...nomination, mobile: '13800005678', nomination };
  const [first, ...rest] = await compare(revealed);
  expect(first).toEqual(['13800005678', '13812345678']);
  expect(rest).toContainEqual(['33010519800102123X', '33010519800102123X']);
});
