/** A search text that is used when it is sent, not with every letter. */
import { type FormEvent, type ReactNode, useEffect, useState } from 'react';
import { Icon } from '../kit/icons';
import { useOfficeText } from './text';

interface Props {
  label: string;
  value: string;
  onFind: (text: string) => void;
  /** The other filters of the list, beside it. */
  children?: ReactNode;
}

export function SearchBar({ label, value, onFind, children }: Props) {
  const o = useOfficeText();
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]); // Cleared elsewhere.
  const find = (event: FormEvent) => {
    event.preventDefault();
    onFind(text.trim());
  };
  return (
    <search>
      <form className="filter-bar" onSubmit={find}>
        <span className="field-row search-row">
          <input
            type="search"
            aria-label={label}
            placeholder={label}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
          <button type="submit" className="button">
            <Icon name="search" />
            {o.registrations.searchGo}
          </button>
        </span>
        {children}
      </form>
    </search>
  );
}
