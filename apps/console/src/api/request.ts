import { Problem } from './problem.js';

let csrf: string | null = null;

/** The token of the session that is open; every write carries it. */
export function rememberCsrf(session: { csrf: string | null }): void {
  csrf = session.csrf;
}

/**
 * Every request of the console, for the generated client. Texts come back in the page's language.
 *
 * @throws Problem
 */
export async function request<T>(url: string, init: RequestInit = {}): Promise<T> {
  const headers = new Headers(init.headers);
  headers.set('accept-language', document.documentElement.lang);
  if (csrf !== null && init.method !== 'GET') headers.set('x-csrf-token', csrf);
  const response = await fetch(url, { ...init, headers, credentials: 'same-origin' }).catch(() => {
    throw Problem.unreachable();
  });
  if (!response.ok) throw await Problem.of(response);
  // What is accepted for later, or has been removed, is answered without a body.
  const text = await response.text();
  return (text === '' ? undefined : JSON.parse(text)) as T;
}
