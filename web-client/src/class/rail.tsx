/** The area beside or below the picture: chat or people, and any sheet that lies over it. */
import type { ReactNode } from 'react';
import { Tabs } from '../kit/tabs';
import { Toasts } from '../kit/toasts';
import { unreadText } from './chat/unread';
import { useClassText } from './text';

export type Tab = 'chat' | 'people';

interface Props {
  /** A view that waits for an answer now, before everything else. */
  ask?: ReactNode;
  tab: Tab;
  onTab: (tab: Tab) => void;
  peopleCount: number;
  /** The number of lines of the chat that nobody saw here. */
  unread: number;
  /** The hand queue, above the tabs. */
  head?: ReactNode;
  chat: ReactNode;
  people: ReactNode;
  sheet: ReactNode;
}

export function Rail({ ask, tab, onTab, peopleCount, unread, head, chat, people, sheet }: Props) {
  const { t } = useClassText();
  const mark = unread > 0 && (
    <span className="unread" title={t.chat.unread(unread)}>
      <span aria-hidden="true">{unreadText(unread)}</span>
      <span className="unseen">{t.chat.unread(unread)}</span>
    </span>
  );
  return (
    <aside className="under">
      {ask}
      <Toasts />
      <div className="under-body">
        {head}
        <Tabs
          tabs={[
            { name: 'chat', icon: 'chat', label: t.chat.title, mark },
            { name: 'people', icon: 'people', label: `${t.people.title} ${peopleCount}` },
          ]}
          tab={tab}
          onTab={onTab}
        >
          {tab === 'chat' ? chat : people}
        </Tabs>
        {sheet}
      </div>
    </aside>
  );
}
