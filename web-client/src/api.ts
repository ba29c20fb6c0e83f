/** The REST side of the server. Every failure is an `ApiProblem` with a code the screen can translate. */
import { at } from './base/path';
import type { ApiError, Me, Mistake } from './protocol';

/** The time after which a request is given up; the person sees "no network" instead of a frozen page. */
const TIMEOUT_MS = 12_000;

export class ApiProblem extends Error {
  readonly code: string;
  /** All that is wrong with a form or a file. */
  readonly wrong: readonly Mistake[];
  /** The time at which the server wants to be asked again, by the clock of this device. */
  readonly againAtMs: number | null;
  constructor(
    code: string,
    message: string,
    more: { wrong?: readonly Mistake[]; againAtMs?: number | null } = {},
  ) {
    super(message);
    this.code = code;
    this.wrong = more.wrong ?? [];
    this.againAtMs = more.againAtMs ?? null;
  }
}

/** Uses a one-click link; the answer is the identity of this tab from now on. */
export function signIn(secret: string): Promise<Me> {
  return ask('/api/sign-in', { method: 'POST', body: JSON.stringify({ secret }) });
}

/** The identity of this tab in this lesson. Fails with `signed_out` when the session is over. */
export function me(seat: string, lesson?: string): Promise<Me> {
  const where = lesson === undefined ? '' : `&lesson=${encodeURIComponent(lesson)}`;
  return ask(`/api/me?as=${encodeURIComponent(seat)}${where}`);
}

/** The event for the page when the server no longer knows the identity of a tab; `detail` is the seat. */
export const SIGNED_OUT = 'live-classroom:signed-out';

/** Asks as a signed-in person; a `body` is sent as JSON, a file as it is. */
export async function askAs<T>(
  seat: string,
  path: string,
  {
    method,
    body,
    signal,
    timeoutMs,
  }: { method?: string; body?: unknown; signal?: AbortSignal; timeoutMs?: number } = {},
): Promise<T> {
  const asked = `${path}${path.includes('?') ? '&' : '?'}as=${encodeURIComponent(seat)}`;
  const init = {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    ...(body !== undefined && { body: body instanceof Blob ? body : JSON.stringify(body) }),
    ...(signal && { signal }),
  };
  try {
    return await ask<T>(asked, init, timeoutMs);
  } catch (error) {
    if (error instanceof ApiProblem && error.code === 'signed_out') {
      globalThis.dispatchEvent?.(new CustomEvent(SIGNED_OUT, { detail: seat }));
    }
    throw error;
  }
}

/** Asks the server; the answer is trusted to have the type that its address promises. */
export async function ask<T>(path: string, init: RequestInit = {}, timeoutMs = TIMEOUT_MS): Promise<T> {
  // By hand: AbortSignal.any and .timeout are missing on phones that are otherwise good enough.
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), timeoutMs);
  init.signal?.addEventListener('abort', () => abort.abort(), { once: true });
  const response = await fetch(at(path), {
    credentials: 'same-origin',
    cache: 'no-store',
    ...init,
    headers: typeof init.body === 'string' ? { 'content-type': 'application/json' } : {},
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
    throw new ApiProblem(
      problem?.code ?? `http_${response.status}`,
      problem?.message ?? response.statusText,
      {
        wrong: problem?.wrong ?? [],
        againAtMs: againAt(response.headers.get('retry-after')),
      },
    );
  }
  return body as T;
}

function againAt(retryAfter: string | null): number | null {
  return retryAfter !== null && /^\d{1,6}$/.test(retryAfter) ? Date.now() + Number(retryAfter) * 1000 : null;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
