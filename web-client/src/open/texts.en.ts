/** The words of the open catalogue and of the best essays in English. */
import type { OpenTexts } from './texts.zh';

const courses = (n: number) => (n === 1 ? '1 course' : `${n} courses`);

const essays = (n: number) => (n === 1 ? '1 essay' : `${n} essays`);

export const openEn: OpenTexts = {
  title: 'Open courses',
  intro: 'Recordings of past lessons, free to watch without signing in. Watching here earns no credit hours.',
  loading: 'Opening…',
  search: 'Search courses, speakers or topics',
  go: 'Search',
  tags: 'Browse by tag',
  all: 'All',
  found: (n) => (n === 0 ? 'No courses found.' : courses(n)),
  foundFor: (n, what) => (n === 0 ? `No courses found for “${what}”.` : `${courses(n)} for “${what}”`),
  nothing: 'The catalogue has no courses yet. Please come back later.',
  tryElse: 'Try another word (a single character is enough), or see all courses.',
  showAll: 'Show all courses',
  minutes: (n) => `${n} min`,
  watch: 'Watch',
  watchOf: (title) => `Watch ${title}`,
  published: (day) => `Published ${day}`,
  previous: 'Previous',
  next: 'Next',
  page: (n, of) => `Page ${n} of ${of}`,
  pages: 'Pages',
  toStart: 'Sign in or register',
  toEssays: 'Excellent essays',
  essays: {
    title: 'Excellent essays',
    intro:
      'Reflections and articles on teaching that reviewers chose and authors agreed to publish. Free to read without signing in.',
    toCourses: 'Open courses',
    nothing: 'No essay is public yet. Please come back later.',
    count: essays,
    shown: (n, of) => `${n} of ${essays(of)}`,
    more: 'More',
    read: 'Read it all',
    readOf: (title) => `Read it all: ${title}`,
    kind: {
      reflection: 'Reflection',
      article: 'Article on teaching',
      either: 'Essay',
    },
    chars: (figure) => `${figure} characters`,
    all: 'All excellent essays',
    gone: 'There is no such essay here.',
    goneText: 'The address may be wrong, or the author has taken the essay back.',
  },
};
