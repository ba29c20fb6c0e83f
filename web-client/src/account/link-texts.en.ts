/** Signing in by a link, in English; loaded first, together with the class. */
import type { LinkTexts } from './link-texts.zh';

export const linkEn: LinkTexts = {
  working: 'Entering the class…',
  titleProblem: 'Could not enter the class',
  again: 'You signed in on this device before and can go straight back:',
  link_used: 'This link has been used already. A link opens once; ask your instructor for a new one.',
  link_expired: 'This link has expired. Ask your instructor for a new one.',
  link_unknown: 'This link is incomplete or wrong. Copy all of it, or ask your instructor for a new one.',
  too_fast: 'Too many attempts. Wait a minute and try again.',
  network: 'The server cannot be reached. Check the network and try again.',
  other: 'The server did not accept this link. Try again later, or contact your instructor.',
  wall: 'Running classes',
};
