/** The certificates' side of the REST interface. */
import { ask, askAs } from '../api';
import { at } from '../base/path';
import type { CertificateDesk, CheckedCertificate, MyCertificate, MyConclusion, Reissued } from '../protocol';
import { as } from '../routes';

const part = encodeURIComponent;

/** Checks a certificate; works without being signed in. */
export function checkCertificate(
  number: string,
  key: string,
  signal: AbortSignal,
): Promise<CheckedCertificate> {
  return ask(`/api/certificates/${part(number)}?k=${part(key)}`, { signal });
}

export function myConclusion(seat: string, phase: string, signal: AbortSignal): Promise<MyConclusion> {
  return askAs(seat, `/api/phases/${part(phase)}/conclusion`, { signal });
}

export function myCertificate(seat: string, phase: string, signal: AbortSignal): Promise<MyCertificate> {
  return askAs(seat, `/api/phases/${part(phase)}/certificate`, { signal });
}

/** The address of a file that the browser saves. */
export function fileOf(seat: string, phase: string, file: 'file' | 'badge'): string {
  return at(as(`/api/phases/${part(phase)}/certificate/${file}`, seat));
}

export function desk(seat: string, phase: string, signal: AbortSignal): Promise<CertificateDesk> {
  return askAs(seat, `/api/phases/${part(phase)}/certificates`, { signal });
}

export function release(seat: string, phase: string, seen: number): Promise<CertificateDesk> {
  return askAs(seat, `/api/phases/${part(phase)}/certificates`, { body: { seen } });
}

export function revoke(seat: string, number: string, reason: string): Promise<void> {
  return askAs(seat, `/api/certificates/${part(number)}/revocation`, { body: { reason } });
}

export function decideRevocation(seat: string, number: string, approve: boolean): Promise<void> {
  return askAs(seat, `/api/certificates/${part(number)}/revocation/decide`, { body: { approve } });
}

export function reissue(seat: string, number: string): Promise<Reissued> {
  return askAs(seat, `/api/certificates/${part(number)}/reissue`, { method: 'POST' });
}
