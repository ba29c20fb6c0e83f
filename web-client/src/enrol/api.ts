/** The trainee's side of the REST interface: programmes and the own registration. */
import { ask, askAs } from '../api';
import type { Class, MyRegistration, Notice, Phase, Programme, RegistrationForm, Unit } from '../protocol';

const path = encodeURIComponent;

/** The programmes; works without being signed in. */
export function programmes(signal?: AbortSignal): Promise<Programme[]> {
  return ask('/api/programmes', signal && { signal });
}

export function units(programme: string, signal?: AbortSignal): Promise<Unit[]> {
  return ask(`/api/programmes/${path(programme)}/units`, signal && { signal });
}

/** The phase with this id; undefined = there is none (yet). */
export function phaseOf(all: readonly Programme[], id: string): Phase | undefined {
  return all.flatMap((programme) => programme.phases).find((phase) => phase.id === id);
}

/** The notice that a registration needs consent to; works without being signed in. */
export function notice(programme: string, signal: AbortSignal): Promise<Notice> {
  return ask(`/api/programmes/${path(programme)}/notice`, { signal });
}

export function myRegistrations(seat: string, signal?: AbortSignal): Promise<MyRegistration[]> {
  return askAs(seat, '/api/registrations/mine', signal && { signal });
}

export function saveRegistration(
  seat: string,
  phase: string,
  form: RegistrationForm,
  submit: boolean,
  /** The version of the notice that was agreed to. */
  consent: string | null,
): Promise<MyRegistration> {
  const body = { form, submit, ...(consent !== null && { consent }) };
  return askAs(seat, `/api/phases/${path(phase)}/registration`, { method: 'PUT', body });
}

export function withdraw(seat: string, phase: string): Promise<MyRegistration> {
  return askAs(seat, `/api/phases/${path(phase)}/registration/withdraw`, { method: 'POST' });
}

export function classesOf(seat: string, phase: string, signal?: AbortSignal): Promise<Class[]> {
  return askAs(seat, `/api/phases/${path(phase)}/classes`, signal && { signal });
}

export function chooseClass(seat: string, phase: string, id: string): Promise<MyRegistration> {
  return askAs(seat, `/api/phases/${path(phase)}/registration/class`, { method: 'PUT', body: { class: id } });
}
