import { expect, test } from 'vitest';
import * as d from './draft';

const server = { text: '第一稿', revision: 3 };

test('what is typed is saved, and what is typed meanwhile after it', () => {
  let draft = d.opened(server, null);
  expect([d.keeping(draft), d.isWaiting(draft), d.copyOf(draft)]).toEqual(['saved', false, null]);
  draft = d.typed(draft, '第一稿，');
  expect([d.keeping(draft), d.isWaiting(draft)]).toEqual(['saving', true]);
  draft = d.typed(d.sent(draft), '第一稿，改');
  expect(d.isWaiting(draft)).toBe(false);
  draft = d.arrived(draft, { text: '第一稿，', revision: 4 });
  expect([draft.text, draft.revision, d.isWaiting(draft), d.keeping(draft)]).toEqual([
    '第一稿，改',
    4,
    true,
    'saving',
  ]);
  draft = d.arrived(d.sent(draft), { text: '第一稿，改', revision: 5 });
  expect([d.keeping(draft), d.copyOf(draft)]).toEqual(['saved', null]);
});

test('without a network the text stays on this device, and is sent later', () => {
  let draft = d.lost(d.sent(d.typed(d.opened(server, null), '地铁里写的')));
  expect([d.keeping(draft), d.isWaiting(draft)]).toEqual(['offline', true]);
  const copy = d.copyOf(draft);
  expect(copy).toEqual({ text: '地铁里写的', revision: 3 });
  draft = d.opened(server, copy);
  expect([draft.text, d.keeping(draft), d.isWaiting(draft)]).toEqual(['地铁里写的', 'saving', true]);
});

test('a second device overwrites nothing: both texts are there until the author has decided', () => {
  const other = { text: '手机上的', revision: 4 };
  let draft = d.clashed(d.sent(d.typed(d.opened(server, null), '电脑上的')), other);
  expect([d.keeping(draft), d.isWaiting(draft), draft.text, draft.other]).toEqual([
    'conflict',
    false,
    '电脑上的',
    other,
  ]);
  expect(d.keeping(d.opened(other, d.copyOf(draft)))).toBe('conflict');
  draft = d.settled(draft, '电脑上的');
  expect([d.isWaiting(draft), draft.revision]).toEqual([true, 4]);
  draft = d.settled(d.clashed(d.typed(d.opened(server, null), '电脑上的'), other), other.text);
  expect([d.keeping(draft), draft.revision]).toEqual(['saved', 4]);
});

test('what the server does not take stays here and is not sent again until it was changed', () => {
  let draft = d.refused(d.sent(d.typed(d.opened(server, null), '太长')), 'essay_too_long');
  expect([d.keeping(draft), d.isWaiting(draft), d.copyOf(draft)]).toEqual([
    'refused',
    false,
    { text: '太长', revision: 3 },
  ]);
  draft = d.typed(draft, '短');
  expect([d.keeping(draft), d.isWaiting(draft)]).toEqual(['saving', true]);
});

test('two devices that wrote the same have no conflict, and both texts can be kept', () => {
  const same = d.clashed(d.sent(d.typed(d.opened(server, null), '一样')), { text: '一样', revision: 4 });
  expect([d.keeping(same), same.revision]).toEqual(['saved', 4]);
  const draft = d.clashed(d.typed(d.opened(server, null), '甲\n'), { text: '乙', revision: 4 });
  expect(d.joined(draft)).toBe('甲\n\n乙');
});
