/** A page of another address inside the office, for people who work there. */
import type { ReactNode } from 'react';
import { SignedIn } from '../account/signed-in';
import { OfficeFrame } from './frame';

interface Props {
  seat: string;
  title: string;
  /** Whether the page is the list of open decisions, a section of its own; a lesson's sheet is none. */
  isDesk: boolean;
  children: ReactNode;
}

export default function Framed({ seat, title, isDesk, children }: Props) {
  return (
    <SignedIn seat={seat} title={title}>
      {(who) => (
        <OfficeFrame who={who} current={isDesk ? 'appeals' : null} outside>
          {children}
        </OfficeFrame>
      )}
    </SignedIn>
  );
}
