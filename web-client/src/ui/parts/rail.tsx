/** The area beside or below the picture: chat or people, and whatever sheet lies over it. */
import { type KeyboardEvent, type ReactNode, useRef } from 'react';
import { unreadText } from '../../unread';
import { Icon, type IconName } from '../icons';
import { useText } from '../text';
import { Toasts } from '../toasts';

export type Tab = 'chat' | 'people';

interface Props {
  /** Before everything else: what waits for an answer now. */
  ask?: ReactNode;
  tab: Tab;
  onTab: (tab: Tab) => void;
  peopleCount: number;
  /** Lines of the chat that nobody saw here. */
  unread: number;
  /** Above the tabs: the hand queue. */
  head?: ReactNode;
  chat: ReactNode;
  people: ReactNode;
  sheet: ReactNode;
}

export function Rail({ ask, tab, onTab, peopleCount, unread, head, chat, people, sheet }: Props) {
  const { t } = useText();
  const list = useRef<HTMLDivElement>(null);
  const other = tab === 'chat' ? 'people' : 'chat';
  const moved = (event: KeyboardEvent) => {
    if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
    onTab(other);
    list.current?.querySelector<HTMLElement>(`#tab-${other}`)?.focus();
  };
  const tabButton = (name: Tab, icon: IconName, label: string, mark?: ReactNode) => (
    <button
      type="button"
      role="tab"
      id={`tab-${name}`}
      aria-selected={tab === name}
      aria-controls="rail-panel"
      tabIndex={tab === name ? 0 : -1}
      className="tab"
      onClick={() => onTab(name)}
    >
      <Icon name={icon} />
      {label}
      {mark}
    </button>
  );
  return (
    <aside className="under">
      {ask}
      <Toasts />
      <div className="under-body">
        {head}
        <div className="tabs" role="tablist" ref={list} onKeyDown={moved}>
          {tabButton(
            'chat',
            'chat',
            t.chat.title,
            unread > 0 && (
              <span className="unread" title={t.chat.unread(unread)}>
                <span aria-hidden="true">{unreadText(unread)}</span>
                <span className="unseen">{t.chat.unread(unread)}</span>
              </span>
            ),
          )}
          {tabButton('people', 'people', `${t.people.title} ${peopleCount}`)}
        </div>
        <div className="rail-panel" id="rail-panel" role="tabpanel" aria-labelledby={`tab-${tab}`}>
          {tab === 'chat' ? chat : people}
        </div>
        {sheet}
      </div>
    </aside>
  );
}
