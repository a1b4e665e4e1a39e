import { type ClientProxy, RmqRecordBuilder } from '@nestjs/microservices';
import { firstValueFrom, timeout } from 'rxjs';
import { TransientError } from '#connector-kit';
import type { Answer } from './protocol.js';

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

/**
 * Asks the other side and waits for the answer. The request expires on the broker when the wait is over, so that it is
 * not carried out when nobody listens any more.
 *
 * @throws RemoteError for an answered error, TransientError when there is no answer in time.
 */
export async function ask<T>(client: ClientProxy, pattern: string, data: unknown, timeoutMs: number): Promise<T> {
  const record = new RmqRecordBuilder(data).setOptions({ expiration: String(timeoutMs) }).build();
  let answer: Answer<T>;
  try {
    answer = await firstValueFrom(client.send<Answer<T>>(pattern, record).pipe(timeout(timeoutMs)));
  } catch (e) {
    throw new TransientError(`no answer to ${pattern} (${e instanceof Error ? e.message : String(e)})`, undefined, {
      cause: e,
    });
  }
  if (!answer.ok) throw new RemoteError(answer.code, answer.message);
  return answer.value;
}
