/** Line icons, 24 × 24, drawn here so that no other host and no icon package is needed. */
import type { ReactNode } from 'react';

const paths = {
  mic: (
    <>
      <rect x="9" y="3" width="6" height="11" rx="3" />
      <path d="M5 11a7 7 0 0 0 14 0M12 18v3" />
    </>
  ),
  micOff: (
    <>
      <path d="M9 9v2a3 3 0 0 0 5 2.2M15 10V6a3 3 0 0 0-5.7-1.3" />
      <path d="M5 11a7 7 0 0 0 11.5 5.4M19 11a7 7 0 0 1-.6 2.8M12 18v3M4 4l16 16" />
    </>
  ),
  camera: (
    <>
      <rect x="3" y="6.5" width="12.5" height="11" rx="2.5" />
      <path d="m15.500 10.500 5-2.800v8.600l-5-2.800" />
    </>
  ),
  cameraOff: (
    <>
      <path d="M9.500 6.500h3.500a2.500 2.500 0 0 1 2.500 2.500v3M15.500 15.500a2 2 0 0 1-2 2h-8A2.500 2.500 0 0 1 3 15V9a2.500 2.500 0 0 1 2-2.400" />
      <path d="m15.500 10.500 5-2.800v8.600l-2-1.100M4 4l16 16" />
    </>
  ),
  screen: (
    <>
      <rect x="3" y="4.500" width="18" height="12" rx="2" />
      <path d="M8.500 20h7M12 16.500V20" />
    </>
  ),
  hand: (
    <path d="M8 12.500V6a1.500 1.500 0 0 1 3 0v5m0-.500V4.500a1.500 1.500 0 0 1 3 0V11m0-.500V6a1.500 1.500 0 0 1 3 0v7.500a6.500 6.500 0 0 1-6.500 6.500c-2.400 0-3.900-1-5-2.900l-2.300-4a1.500 1.500 0 0 1 2.500-1.600L8 14" />
  ),
  chat: (
    <path d="M4 6.500A2.500 2.500 0 0 1 6.500 4h11A2.500 2.500 0 0 1 20 6.500v7a2.500 2.500 0 0 1-2.500 2.500H10l-4.500 4v-4A1.500 1.500 0 0 1 4 14.500z" />
  ),
  people: (
    <>
      <circle cx="9" cy="8" r="3.500" />
      <path d="M2.500 19.500a6.500 6.500 0 0 1 13 0M16 4.800a3.500 3.500 0 0 1 0 6.400M18 14.200a6.500 6.500 0 0 1 3.500 5.300" />
    </>
  ),
  leaf: (
    <path d="M5 19c8 1.500 14-3.500 14-14-9 0-14 4-14 10 0 1.500.500 3 .500 3M5 19c1.500-4 4-6.500 7.500-8" />
  ),
  more: (
    <>
      <circle cx="5.500" cy="12" r="1.200" fill="currentColor" />
      <circle cx="12" cy="12" r="1.200" fill="currentColor" />
      <circle cx="18.500" cy="12" r="1.200" fill="currentColor" />
    </>
  ),
  send: <path d="M4.500 12 20 4.500 15.500 20l-4-6.500z M11.500 13.500 20 4.500" />,
  close: <path d="M6 6l12 12M18 6 6 18" />,
  full: (
    <path d="M4 9V5.500A1.500 1.500 0 0 1 5.500 4H9M15 4h3.500A1.500 1.500 0 0 1 20 5.500V9M20 15v3.500a1.500 1.500 0 0 1-1.500 1.500H15M9 20H5.500A1.500 1.500 0 0 1 4 18.500V15" />
  ),
  sound: <path d="M4 9.500v5h3.500l5 4v-13l-5 4zM16 9a4 4 0 0 1 0 6M18.500 6.500a8 8 0 0 1 0 11" />,
  stageDown: <path d="M12 4v10M7.500 10 12 14.500 16.500 10M5 19.500h14" />,
  help: (
    <>
      <circle cx="12" cy="12" r="8.500" />
      <path d="M9.600 9.500a2.400 2.400 0 1 1 3.500 2.200c-.800.400-1.100.900-1.100 1.800M12 16.500v.100" />
    </>
  ),
  signal: <path d="M5 19v-4M10 19v-8M15 19V8M20 19V4" />,
  leave: (
    <path d="M14 4.500H7A1.500 1.500 0 0 0 5.500 6v12A1.500 1.500 0 0 0 7 19.500h7M10.500 12H20M16.500 8.500 20 12l-3.500 3.500" />
  ),
  settings: <path d="M4 7h9M17 7h3M4 17h3M11 17h9M15 4.500v5M9 14.500v5" />,
  roll: (
    <>
      <path d="M9 4.500H7A1.500 1.500 0 0 0 5.500 6v13A1.500 1.500 0 0 0 7 20.500h10a1.500 1.500 0 0 0 1.500-1.500V6A1.500 1.500 0 0 0 17 4.500h-2" />
      <rect x="9" y="3" width="6" height="3.500" rx="1" />
      <path d="m9 13 2.200 2.200L15.500 11" />
    </>
  ),
  clock: (
    <>
      <circle cx="12" cy="12" r="8.500" />
      <path d="M12 7v5l3.500 2" />
    </>
  ),
  search: (
    <>
      <circle cx="10.500" cy="10.500" r="6" />
      <path d="m15 15 5 5" />
    </>
  ),
  pause: <path d="M8.500 5v14M15.500 5v14" />,
  play: <path d="M7.500 5v14l11-7z" />,
  stop: <rect x="6" y="6" width="12" height="12" rx="2" />,
  record: <circle cx="12" cy="12" r="5" fill="currentColor" />,
  recordOff: (
    <>
      <circle cx="12" cy="12" r="5" />
      <path d="M4 4l16 16" />
    </>
  ),
  warning: <path d="M12 4.500 21 19.500H3zM12 10v4.500M12 17v.100" />,
  replay: <path d="M4.500 12a7.500 7.500 0 1 0 2.500-5.600M4.500 4v4.500H9M10.500 9.500v5l4-2.500z" />,
  back10: (
    <>
      <path d="M5.500 12a6.500 6.500 0 1 0 2-4.700M5 4.500v4h4" />
      <path
        d="M10.500 10.500 9.500 11M10.500 10.500v4.500M14 10.500c-1.600 0-1.600 4.500 0 4.500s1.600-4.500 0-4.500z"
        strokeWidth="1.4"
      />
    </>
  ),
  forward10: (
    <>
      <path d="M18.500 12a6.500 6.500 0 1 1-2-4.700M19 4.500v4h-4" />
      <path
        d="M10.500 10.500 9.500 11M10.500 10.500v4.500M14 10.500c-1.600 0-1.600 4.500 0 4.500s1.600-4.500 0-4.500z"
        strokeWidth="1.4"
      />
    </>
  ),
  soundOff: <path d="M4 9.500v5h3.500l5 4v-13l-5 4zM16.500 10l4 4M20.500 10l-4 4" />,
  list: <path d="M9 6.500h11M9 12h11M9 17.500h11M4.500 6.500h.100M4.500 12h.100M4.500 17.500h.100" />,
  check: <path d="m5.500 12.500 4.200 4.200L18.500 8" />,
  poll: <path d="M5 19.500V13M12 19.500v-15M19 19.500V9" strokeWidth="3" />,
  upload: <path d="M12 15.500V4.500M7.500 9 12 4.500 16.500 9M5 19.500h14" />,
  download: <path d="M12 4.500v11M7.500 11 12 15.500 16.500 11M5 19.500h14" />,
  trash: <path d="M5 7h14M9.500 7V4.500h5V7M7 7l.800 12.500h8.400L17 7" />,
} satisfies Record<string, ReactNode>;

export type IconName = keyof typeof paths;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg
      className="icon"
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.8"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      {paths[name]}
    </svg>
  );
}
