/** The open catalogue of the fake server: thirty courses, one of them with everything as long as it may be. */
const DAY_MS = 86_400_000;
const SPEAKERS = ['陈静怡', '王立新', '古丽扎尔·艾合买提'];
const TAGS = ['课程标准', '信息技术', '说专业', '课堂教学', 'AI'];
const PAGE = 24;

const course = (n) => ({
  lesson: `open-${n}`,
  title: `义务教育课程标准（2022年版）解读 · 第${n}讲`,
  speaker: SPEAKERS[n % SPEAKERS.length],
  description: n % 3 === 0 ? '' : '从学业质量谈起，结合三个课例讲怎样备课、怎样评课。',
  tags: TAGS.filter((_, at) => n % (at + 2) === 0),
  length_ms: (40 + n) * 60_000,
  published_at_ms: Date.parse('2026-11-01T10:00:00+08:00') - n * DAY_MS,
});

const longest = {
  ...course(0),
  lesson: 'demo',
  title: '长'.repeat(100),
  speaker: 'Aleksandra-Konstantinowna'.repeat(2),
  description: 'https://example.edu.cn/a-very-long-address-without-any-blank-in-it/'.repeat(8),
  tags: ['二'.repeat(20), 'W'.repeat(20)],
};

const all = [longest, ...Array.from({ length: 29 }, (_, n) => course(n + 1))];

const essay = (n) => ({
  id: n,
  kind: ['reflection', 'article', 'either'][n % 3],
  name: n === 1 ? 'Aleksandra-Konstantinowna'.repeat(2) : '王丽',
  unit: '新疆生产建设兵团',
  school: n === 1 ? '长'.repeat(60) : '杭州职业技术学院',
  phase: '第一期',
  programme: '职业院校教师示范培训（2026）',
  count: 1200 + n,
  begins:
    '这次培训让我重新认识了课堂：从一节课的设计谈起，学生先说出自己的疑问，再动手去做，最后一起复盘。'.slice(
      0,
      80,
    ),
});

const TEXT = `${'这次培训让我重新认识了课堂。'.repeat(40)}\n\n${'W'.repeat(120)}\n\n${'学生愿意开口了。'.repeat(60)}`;

/** `/api/open/essays…`: 25 of them, and the text of each; null = there is none. */
export function fakeEssays(path, query) {
  const ESSAYS = 25;
  const id = Number(path.split('/')[4] ?? 0);
  if (id > ESSAYS) return null;
  if (id > 0) return { essay: essay(id), text: TEXT };
  const page = Number(query.get('page') ?? 0);
  const essays = Array.from({ length: ESSAYS }, (_, n) => essay(n + 1)).slice(page * 20, page * 20 + 20);
  return { essays, total: ESSAYS, next: page === 0 ? 1 : null };
}

export function fakeOpen(query) {
  const words = (query.get('q') ?? '').split(/\s+/).filter(Boolean);
  const tag = query.get('tag') ?? '';
  const page = Number(query.get('page') ?? 0);
  const found = all.filter(
    (one) =>
      (tag === '' || one.tags.includes(tag)) &&
      words.every((word) => `${one.title}\n${one.speaker}\n${one.description}\n${one.tags}`.includes(word)),
  );
  const courses = found.slice(page * PAGE, (page + 1) * PAGE);
  return { courses, found: found.length, page_size: PAGE, tags: [...TAGS, ...longest.tags] };
}
