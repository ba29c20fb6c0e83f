// @vitest-environment happy-dom
import { beforeEach, expect, test, vi } from 'vitest';
import { button, leave, place, press, show } from '../kit/on-page';
import type { OpenEssay, OpenEssays } from '../protocol';
import OpenEssayPage from './essay';
import OpenEssaysPage from './essays';

const essay = (id: number): OpenEssay => ({
  id,
  kind: 'reflection',
  name: `作者${id}`,
  unit: '浙江省教育厅',
  school: '宁波职业技术学院',
  phase: '第一期',
  programme: '师资培训',
  count: 1_024,
  begins: '一节课',
});
const pages: OpenEssays[] = [
  { essays: [essay(4), essay(3)], total: 3, next: 1 },
  { essays: [essay(2)], total: 3, next: null },
];

/** The answers of the server by their addresses; others are not there. */
let answers: Record<string, object>;
let asked: string[];
beforeEach(() => {
  asked = [];
  answers = { '/api/open/essays?page=0': pages[0] as object, '/api/open/essays?page=1': pages[1] as object };
  vi.stubGlobal('fetch', async (path: string) => {
    asked.push(path);
    const found = answers[path];
    return found
      ? new Response(JSON.stringify(found))
      : new Response('{"code":"not_found"}', { status: 404 });
  });
  history.replaceState(null, '', '/open/essays');
});

const names = () => [...place.querySelectorAll('h2')].map((one) => one.textContent);

test('the list grows, and is there again after the way back', async () => {
  await show(<OpenEssaysPage seat={null} />);
  expect(names()).toEqual(['学习心得 · 作者4', '学习心得 · 作者3']);
  expect(place.querySelector('[role=status]')?.textContent).toBe('共 3 篇，已列出 2 篇');
  await press('更多');
  expect(names()).toHaveLength(3);
  expect(button('更多')).toBeUndefined();
  expect(location.search).toBe('?page=1');
  await leave();
  asked.length = 0;
  await show(<OpenEssaysPage seat={null} />);
  expect(names()).toHaveLength(3);
  expect(asked).toEqual(['/api/open/essays?page=0', '/api/open/essays?page=1']);
});

test('an empty list says so', async () => {
  answers['/api/open/essays?page=0'] = { essays: [], total: 0, next: null };
  await show(<OpenEssaysPage seat={null} />);
  expect(place.textContent).toContain('还没有公开的优秀心得');
});

test('an essay is read by its number, and the page has its title', async () => {
  answers['/api/open/essays/4'] = { essay: essay(4), text: '一节课\n两节课' };
  await show(<OpenEssayPage id="4" seat={null} />);
  expect(place.querySelector('h1')?.textContent).toBe('学习心得 · 作者4');
  expect(place.querySelector('.written')?.textContent).toBe('一节课\n两节课');
  expect(document.title).toContain('学习心得 · 作者4');
});

test('an essay that is not public, or no number of one, is not there', async () => {
  for (const id of ['5', '../4']) {
    await show(<OpenEssayPage id={id} seat={null} />);
    expect(place.textContent).toContain('这里没有这篇心得。');
    await leave();
  }
  expect(asked).toEqual(['/api/open/essays/5']);
});
