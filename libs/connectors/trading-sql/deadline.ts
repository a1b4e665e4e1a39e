import { TransientError } from '#connector-kit';

/** Longest time that a statement may take at the server; after a little more we stop waiting (milliseconds). */
export const STATEMENT_MS = 30_000;
export const CONNECT_MS = 5000;
const PATIENCE_MS = STATEMENT_MS + 5000;

/**
 * Waits for `work`, but neither beyond the abort of the signal nor for ever: a server that stopped answering holds up
 * nothing. What is left behind is given to `abandon`.
 */
export async function withinDeadline<T>(
  work: Promise<T>,
  signal: AbortSignal,
  abandon: () => void,
  patienceMs = PATIENCE_MS,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  let onAbort = () => {};
  const end = new Promise<never>((_ok, fail) => {
    const stop = (e: unknown) => {
      abandon();
      fail(e instanceof Error ? e : new TransientError(String(e)));
    };
    onAbort = () => stop(new TransientError('the counter was not waited for any longer', undefined));
    timer = setTimeout(
      () => stop(new TransientError(`the counter gave no answer within ${patienceMs} ms`)),
      patienceMs,
    );
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
  work.catch(() => {});
  try {
    return await Promise.race([work, end]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
    end.catch(() => {});
  }
}
