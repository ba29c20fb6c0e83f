/** `/open?q=…&tag=…&page=…`: the open catalogue, for everybody. */
import { type FormEvent, useCallback, useEffect, useState } from 'react';
import { Trouble } from '../account/signed-in';
import { at } from '../base/path';
import { Icon } from '../kit/icons';
import { Portal } from '../kit/shell';
import { useLoaded } from '../kit/use-loaded';
import type { OpenCourses } from '../protocol';
import { FRONT, openEssaysPage, openPage } from '../routes';
import { findCourses, type Search } from './api';
import { CourseCard } from './course-card';
import { queryOf, SEARCH_CHARS_MAX, searchOf } from './search';
import { useOpenText } from './text';
import './open.css';

export default function OpenPage({ seat }: { seat: string | null }) {
  const o = useOpenText();
  const [search, setSearch] = useSearch(seat);
  const load = useCallback((signal: AbortSignal) => findCourses(search, signal), [search]);
  const { value, problem, reload } = useLoaded(load);
  return (
    <Portal title={o.title}>
      <main className="portal-main open-courses">
        <header className="column">
          <div className="open-title">
            <h1>{o.title}</h1>
            <a className="button" href={openEssaysPage(seat)}>
              {o.toEssays}
            </a>
          </div>
          <p className="hint">{o.intro}</p>
        </header>
        <SearchForm text={search.text} onFind={(text) => setSearch({ text, tag: search.tag, page: 0 })} />
        {value && value.tags.length > 0 && (
          <Tags
            tags={value.tags}
            chosen={search.tag}
            onChoose={(tag) => setSearch({ text: search.text, tag, page: 0 })}
          />
        )}
        {problem && <Trouble problem={problem} onRetry={reload} />}
        {!value && !problem && <p role="status">{o.loading}</p>}
        {value && (
          <Found
            found={value}
            search={search}
            seat={seat}
            onTurn={(page) => setSearch({ ...search, page })}
            onAll={() => setSearch({ text: '', tag: '', page: 0 })}
          />
        )}
        {seat === null && (
          <p className="hint">
            <a href={FRONT}>{o.toStart}</a>
          </p>
        )}
      </main>
    </Portal>
  );
}

/** The search of the address; a new one is a step that the browser's way back undoes. */
function useSearch(seat: string | null): [Search, (search: Search) => void] {
  const [search, setSearch] = useState(() => searchOf(new URLSearchParams(location.search)));
  useEffect(() => {
    const back = () => setSearch(searchOf(new URLSearchParams(location.search)));
    addEventListener('popstate', back);
    return () => removeEventListener('popstate', back);
  }, []);
  const change = (next: Search) => {
    history.pushState(null, '', at(openPage()) + queryOf(next, seat));
    setSearch(next);
    scrollTo(0, 0);
  };
  return [search, change];
}

function SearchForm({ text, onFind }: { text: string; onFind: (text: string) => void }) {
  const o = useOpenText();
  const [typed, setTyped] = useState(text);
  useEffect(() => setTyped(text), [text]); // Changed by the way back, or shown all.
  const find = (event: FormEvent) => {
    event.preventDefault();
    onFind(typed.trim());
  };
  return (
    <search>
      <form className="open-search" onSubmit={find}>
        <input
          type="search"
          aria-label={o.search}
          placeholder={o.search}
          maxLength={SEARCH_CHARS_MAX}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
        <button type="submit" className="button primary">
          <Icon name="search" />
          {o.go}
        </button>
      </form>
    </search>
  );
}

interface TagsProps {
  tags: readonly string[];
  /** Empty = all. */
  chosen: string;
  onChoose: (tag: string) => void;
}

function Tags({ tags, chosen, onChoose }: TagsProps) {
  const o = useOpenText();
  const offered = chosen && !tags.includes(chosen) ? [chosen, ...tags] : tags;
  return (
    <fieldset className="open-tags" aria-label={o.tags}>
      {['', ...offered].map((tag) => (
        <button
          key={tag}
          type="button"
          className="button small"
          aria-pressed={tag === chosen}
          onClick={() => onChoose(tag)}
        >
          {tag || o.all}
        </button>
      ))}
    </fieldset>
  );
}

interface FoundProps {
  found: OpenCourses;
  search: Search;
  seat: string | null;
  onTurn: (page: number) => void;
  onAll: () => void;
}

function Found({ found: { courses, found, page_size }, search, seat, onTurn, onAll }: FoundProps) {
  const o = useOpenText();
  const what = [search.text, search.tag].filter(Boolean).join(' · ');
  const pages = Math.ceil(found / page_size);
  if (found === 0 && !what) return <p className="panel">{o.nothing}</p>;
  return (
    <>
      <p className="hint" role="status">
        {what ? o.foundFor(found, what) : o.found(found)}
      </p>
      {courses.length === 0 && (
        <div className="panel">
          <p>{o.tryElse}</p>
          <div className="row">
            <button type="button" className="button" onClick={onAll}>
              {o.showAll}
            </button>
          </div>
        </div>
      )}
      <ul className="open-list">
        {courses.map((course) => (
          <CourseCard key={course.lesson} course={course} seat={seat} />
        ))}
      </ul>
      {pages > 1 && (
        <nav className="row" aria-label={o.pages}>
          <button
            type="button"
            className="button"
            disabled={search.page === 0}
            onClick={() => onTurn(search.page - 1)}
          >
            {o.previous}
          </button>
          <span className="grow hint">{o.page(search.page + 1, pages)}</span>
          <button
            type="button"
            className="button"
            disabled={search.page + 1 >= pages}
            onClick={() => onTurn(search.page + 1)}
          >
            {o.next}
          </button>
        </nav>
      )}
    </>
  );
}
