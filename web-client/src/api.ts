/** The REST side of the server. Every failure is an `ApiProblem` with a code the screen can translate. */
import type { ApiError, Load, Me, OperatorAction } from './protocol';

/** Requests that take longer are given up; the person sees "no network" instead of a frozen page. */
const TIMEOUT_MS = 12_000;

export class ApiProblem extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** Uses a one-click link; the answer says who this tab is from now on. */
export function signIn(secret: string): Promise<Me> {
  return ask('/api/sign-in', { method: 'POST', body: JSON.stringify({ secret }) });
}

/** Who this tab is. Fails with `signed_out` when the session is over. */
export function me(seat: string): Promise<Me> {
  return ask(`/api/me?as=${encodeURIComponent(seat)}`);
}

export function operatorLoad(seat: string, signal: AbortSignal): Promise<Load> {
  return ask(`/api/operator/load?as=${encodeURIComponent(seat)}`, { signal });
}

export async function operatorAct(seat: string, lesson: string, action: OperatorAction): Promise<void> {
  const room = `/api/operator/rooms/${encodeURIComponent(lesson)}?as=${encodeURIComponent(seat)}`;
  await ask(room, { method: 'POST', body: JSON.stringify(action) });
}

/** Asks the server; the answer is trusted to be what its address promises. */
export async function ask<T>(path: string, init: RequestInit = {}): Promise<T> {
  // By hand: AbortSignal.any and .timeout are missing on phones that are otherwise good enough.
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), TIMEOUT_MS);
  init.signal?.addEventListener('abort', () => abort.abort(), { once: true });
  const response = await fetch(path, {
    credentials: 'same-origin',
    cache: 'no-store',
    ...init,
    headers: init.body ? { 'content-type': 'application/json' } : {},
    signal: abort.signal,
  })
    .catch((error: unknown) => {
      throw new ApiProblem('network', String(error));
    })
    .finally(() => clearTimeout(timer));
  const text = await response.text().catch(() => '');
  const body = parse(text);
  if (!response.ok) {
    const problem = body as Partial<ApiError> | null;
    throw new ApiProblem(problem?.code ?? `http_${response.status}`, problem?.message ?? response.statusText);
  }
  return body as T;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
