/** A link to another view of this page: followed without loading the page anew, or in a tab of its own like any link. */
import type { ReactNode } from 'react';
import { useAddress } from './use-address';

interface Props {
  to: URL;
  className?: string;
  /** Called before it is followed. */
  onFollow?: (link: HTMLAnchorElement) => void;
  children: ReactNode;
}

export function ViewLink({ to, className, onFollow, children }: Props) {
  const { go } = useAddress();
  return (
    <a
      className={className}
      // As a path, which stands below that of a proxy.
      href={to.pathname + to.search}
      onClick={(event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
        event.preventDefault();
        onFollow?.(event.currentTarget);
        go(to);
      }}
    >
      {children}
    </a>
  );
}
