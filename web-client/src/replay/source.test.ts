import Hls from 'hls.js/light';
import { beforeEach, expect, test, vi } from 'vitest';
import { openSource, type SourceTrouble } from './source';

const made = vi.hoisted(() => ({
  did: [] as string[],
  tell: new Map<string, (...data: unknown[]) => void>(),
}));

vi.mock('hls.js/light', () => {
  const Events = {
    INIT_PTS_FOUND: 'pts',
    FRAG_CHANGED: 'changed',
    FRAG_BUFFERED: 'buffered',
    ERROR: 'error',
  };
  class Fake {
    static Events = Events;
    static ErrorTypes = { NETWORK_ERROR: 'networkError' };
    static isSupported = () => true;
    levels = [{}];
    on = (event: string, listener: (...data: unknown[]) => void) => made.tell.set(event, listener);
    loadSource = () => made.did.push('load');
    attachMedia = () => {};
    startLoad = () => made.did.push('start');
    stopLoad = () => made.did.push('stop');
    destroy = () => made.did.push('destroy');
  }
  return { default: Fake };
});

let troubles: (SourceTrouble | null)[];
const fails = (code: number, fatal: boolean) =>
  made.tell.get(Hls.Events.ERROR)?.('error', {
    fatal,
    type: 'networkError',
    details: '',
    response: { code },
  });
const open = () => {
  return openSource({} as HTMLMediaElement, '/media/r/1.m3u8', 0, (trouble) => troubles.push(trouble));
};

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(console, 'info').mockImplementation(() => {});
  made.did = [];
  troubles = [];
});

test.each([401, 403, 404, 410])('at the first answer %i nothing more is asked for', (status) => {
  open();
  fails(status, false);
  vi.advanceTimersByTime(60_000);
  expect(troubles).toEqual(['refused']);
  expect(made.did).toEqual(['load', 'stop']);
});

test('what was refused is tried again only when it is said', () => {
  const source = open();
  fails(404, true);
  source.again();
  vi.advanceTimersByTime(60_000);
  expect(made.did).toEqual(['load', 'stop', 'start']);
});

test('a network that is away is tried again by itself', () => {
  open();
  fails(0, true);
  vi.advanceTimersByTime(3_000);
  expect(troubles).toEqual(['network']);
  expect(made.did).toEqual(['load', 'start']);
});
