import { ClientRMQ, RmqRecordBuilder } from '@nestjs/microservices';
import { filter, firstValueFrom, fromEvent, map, merge, type Observable, timeout } from 'rxjs';
import { TransientError } from '#connector-kit';
import type { Answer } from './protocol.js';

/** The way to another process, as every client of @nestjs/microservices is one. */
export interface Peer {
  readonly status: Observable<string>;
  connect(): Promise<unknown>;
  send<T>(pattern: string, data: unknown): Observable<T>;
  close(): unknown;
}

/** The other side answered that it cannot; `code` says why. */
export class RemoteError extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
    this.name = 'RemoteError';
  }
}

/** There is no way to the other side: the request has certainly not left. */
export class NotSentError extends TransientError {}

/**
 * Asks the other side and waits for the answer. The request expires on the broker when the wait is over, so that it is
 * not carried out when nobody listens any more. A connection that breaks ends the wait at once: no answer can come. So
 * does the signal.
 *
 * @throws RemoteError for an answered error, NotSentError when the request has not left, another TransientError when it
 *   may have been carried out.
 */
export async function ask<T>(
  client: Peer,
  pattern: string,
  data: unknown,
  timeoutMs: number,
  signal: AbortSignal = NEVER,
): Promise<T> {
  await connected(client, pattern, timeoutMs, signal);
  const broken = client.status.pipe(
    filter((status) => status === 'disconnected'),
    map(() => {
      throw new Error('the connection broke');
    }),
  );
  const told = fromEvent(signal, 'abort').pipe(
    map(() => {
      throw new Error('this side is stopping');
    }),
  );
  let answer: Answer<T>;
  try {
    const answers = client.send<Answer<T>>(pattern, toSend(client, data, timeoutMs));
    answer = await firstValueFrom(merge(answers, broken, told).pipe(timeout(timeoutMs)));
  } catch (e) {
    throw new TransientError(`no answer to ${pattern} (${wordsOf(e)})`, undefined, { cause: e });
  }
  if (!answer.ok) throw new RemoteError(answer.code, answer.message);
  return answer.value;
}

async function connected(client: Peer, pattern: string, timeoutMs: number, signal: AbortSignal): Promise<void> {
  const patience = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  const over = new Promise<never>((_ok, fail) => {
    const end = () => fail(new Error(signal.aborted ? 'this side is stopping' : 'connecting took too long'));
    if (patience.aborted) end();
    else patience.addEventListener('abort', end, { once: true });
  });
  try {
    await Promise.race([client.connect(), over]);
  } catch (e) {
    throw new NotSentError(`${pattern} could not be sent (${wordsOf(e)})`, undefined, { cause: e });
  } finally {
    over.catch(() => {});
  }
}

const NEVER = new AbortController().signal;

/** On the broker a request has a time to live; while the client waits for its channel, too. */
function toSend(client: Peer, data: unknown, timeoutMs: number): unknown {
  if (!(client instanceof ClientRMQ)) return data;
  const life = { expiration: String(timeoutMs), timeout: timeoutMs };
  return new RmqRecordBuilder(data).setOptions(life).build();
}

function wordsOf(e: unknown): string {
  if (e instanceof AggregateError) return e.errors.map(wordsOf).join(', ');
  return e instanceof Error ? e.message || e.name : String(e);
}
