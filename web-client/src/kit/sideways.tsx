/** The hint above a table that is wider than its place: nobody looks for columns that are out of sight. */
import { type RefObject, useEffect, useState } from 'react';
import { usePortalText } from './portal-text';

export function Sideways({ of }: { of: RefObject<HTMLElement | null> }) {
  const p = usePortalText();
  const [wider, setWider] = useState(false);
  useEffect(() => {
    const box = of.current;
    if (!box || !('ResizeObserver' in globalThis)) return;
    const look = () => setWider(box.scrollWidth > box.clientWidth + 1);
    const observer = new ResizeObserver(look);
    observer.observe(box);
    for (const inner of box.children) observer.observe(inner);
    look();
    return () => observer.disconnect();
  }, [of]);
  return wider ? <p className="hint sideways">{p.sideways}</p> : null;
}
