// @vitest-environment happy-dom
import { act } from 'react';
import { expect, test, vi } from 'vitest';
import { place, press, show } from '../kit/on-page';
import type { Imported, Mistake } from '../protocol';
import { countOf, ImportFile } from './import-file';

const FOUND: Imported = {
  rows: 4,
  new: 3,
  changed: 1,
  sheet: '名单',
  remarks: [{ row: 4, field: '', wrong: 'unused_row', value: '负责人：张三' }],
};

test('a file is looked at first, and taken only when somebody says so', async () => {
  const send = vi.fn(async (_file: File, _check: boolean) => FOUND);
  const onDone = vi.fn();
  await show(<ImportFile title="名单" hint="" send={send} onDone={onDone} />);
  const file = new File(['x'], 'r2.xlsx');
  const input = place.querySelector('input') as HTMLInputElement;
  Object.defineProperty(input, 'files', { value: [file] });
  await act(async () => input.dispatchEvent(new Event('change', { bubbles: true })));
  expect(place.textContent).toContain('将导入 4 行：新增 3，更新 1');
  expect(place.textContent).toContain('取自工作表“名单”');
  expect(place.querySelector('.mistakes')?.textContent).toContain('“负责人：张三”：');
  expect(send.mock.calls).toEqual([[file, true]]);
  expect(onDone).not.toHaveBeenCalled();
  await press('导入');
  expect(place.textContent).toContain('已导入 4 行');
  expect(send.mock.calls.at(-1)).toEqual([file, false]);
  expect(onDone).toHaveBeenCalledOnce();
});

test('files of old programs can be chosen, for the server says what to do with them', async () => {
  const send = async () => FOUND;
  await show(<ImportFile title="名单" hint="" send={send} onDone={() => {}} />);
  const taken = place.querySelector('input')?.accept.split(',');
  expect(taken).toEqual(expect.arrayContaining(['.xlsx', '.csv', '.xls', '.et', '.txt']));
});

test('a list that is cut says how many there are', () => {
  const one: Mistake = { row: 2, column: 'E', field: '证件号码', wrong: 'check' };
  expect(countOf([])).toBe(0);
  expect(countOf([one, one])).toBe(2);
  expect(countOf([one, one, { field: '', wrong: 'more', figures: [200] }])).toBe(202);
});
