/** Tells the server the size at which each picture is shown, so that a small tile is sent a small picture. */
import { type RefObject, useEffect, useRef } from 'react';
import type { Lesson } from '../lesson';

/** The least time between two measurements: a window that is being dragged changes with every frame. */
const REST_MS = 400;

/** Looks at the elements with `data-slot` inside `section` after every drawing, and when their sizes change. */
export function useTiles(
  lesson: Pick<Lesson, 'setTiles'>,
  section: RefObject<HTMLElement | null>,
  slots: number,
): void {
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => {
    const box = section.current;
    if (!box) return;
    const later = () => {
      timer.current ??= setTimeout(() => {
        timer.current = undefined;
        lesson.setTiles(heightsIn(box, slots, devicePixelRatio));
      }, REST_MS);
    };
    const observer = new ResizeObserver(later);
    for (const tile of tilesIn(box)) observer.observe(tile);
    later();
    return () => observer.disconnect();
  });
  useEffect(() => () => clearTimeout(timer.current), []);
}

function tilesIn(box: HTMLElement): HTMLElement[] {
  return [...box.querySelectorAll<HTMLElement>('[data-slot]')];
}

/** The heights by slot in device pixels; 0 where a slot is not shown. */
export function heightsIn(box: HTMLElement, slots: number, pixelRatio: number): number[] {
  const heights = Array.from({ length: slots }, () => 0);
  for (const tile of tilesIn(box)) {
    const slot = Number(tile.dataset.slot);
    if (slot >= 0 && slot < slots) heights[slot] = Math.round(tile.clientHeight * pixelRatio);
  }
  return heights;
}
