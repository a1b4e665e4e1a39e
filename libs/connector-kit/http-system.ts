import type { AxiosInstance, AxiosResponse } from 'axios';
import type { ActionResult, CheckResult } from './connector.js';
import { ConfigError, SourceDataError, TransientError } from './errors.js';
import { parseExactJson } from './exact-json.js';
import { retryAfterMs, sendFault } from './network-errors.js';

export interface HttpSystemOptions {
  /** How its errors name it: "the call centre". */
  readonly name: string;
  readonly baseUrl: string;
  /** Bearer token; without one, requests carry no credential. */
  readonly token: string | undefined;
  readonly now: () => Date;
  /** What to do when it refuses the token, and when it is not at that address. */
  readonly steps: { readonly credential: string; readonly address: string };
}

/**
 * A system that speaks HTTP with a bearer token: what its answers mean, told once.
 *
 * A refused credential (401, 403, 407) or a wrong address (3xx, 404, 405) is a matter for the operator, never a refusal
 * of what was asked. 429, 408 and 5xx ask for patience. 502 and 504 are spoken by a proxy that got no answer, so a
 * command may have been made. No error carries the request, which holds the token.
 */
export class HttpSystem {
  private readonly base: string;
  private readonly headers: Readonly<Record<string, string>>;

  constructor(
    private readonly http: AxiosInstance,
    private readonly o: HttpSystemOptions,
  ) {
    this.base = o.baseUrl.replace(/\/+$/, '');
    this.headers = o.token === undefined ? {} : { authorization: `Bearer ${o.token}` };
  }

  /** Reads JSON with every digit of its numbers. @throws ConfigError, SourceDataError, TransientError. */
  async read(path: string, query: Readonly<Record<string, string>>, signal: AbortSignal): Promise<unknown> {
    const text = await this.text(path, query, signal);
    if (text === undefined) throw this.misplaced(path, 404);
    return this.parsed(path, text);
  }

  /** Like `read`; undefined for 404. */
  async find(path: string, signal: AbortSignal): Promise<unknown> {
    const text = await this.text(path, {}, signal);
    return text === undefined ? undefined : this.parsed(path, text);
  }

  /** Sends a command. @throws ConfigError when the credential or the address is refused: nothing was made. */
  async command(
    method: 'POST' | 'PUT',
    path: string,
    body: unknown,
    externalId: string,
    signal: AbortSignal,
  ): Promise<ActionResult> {
    let answer: AxiosResponse<string>;
    try {
      answer = await this.ask(method, path, {}, signal, body);
    } catch (e) {
      const detail = this.silence(e, signal);
      return sendFault(e) === 'not_sent' ? { status: 'retry', detail } : { status: 'unknown', detail };
    }
    const { status } = answer;
    if (status >= 200 && status < 300) return { status: 'accepted', externalId };
    const detail = `${this.o.name} answered ${status}${faultyField(answer.data)}`;
    if (status === 502 || status === 504) return { status: 'unknown', detail };
    if (isBusy(status)) {
      const afterMs = this.pauseOf(answer);
      return { status: 'retry', detail, ...(afterMs === undefined ? {} : { afterMs }) };
    }
    this.refuseOperatorFaults(path, status);
    return { status: 'rejected', detail };
  }

  /** Whether it can be read at `path`. Never throws; the signal is the deadline. */
  async check(capability: string, path: string, signal: AbortSignal): Promise<CheckResult> {
    try {
      const { status } = await this.ask('GET', path, {}, signal);
      const detail = `${this.o.name} answered ${status}`;
      if (status >= 200 && status < 300) return { capability, status: 'ok', detail: `${this.o.name} answers` };
      if (isDenied(status)) return { capability, status: 'denied', detail, nextStep: this.o.steps.credential };
      if (isBusy(status))
        return { capability, status: 'unreachable', detail, nextStep: 'Wait, or ask those who run it.' };
      return { capability, status: 'misconfigured', detail, nextStep: this.o.steps.address };
    } catch (e) {
      return { capability, status: 'unreachable', detail: this.silence(e, signal), nextStep: this.o.steps.address };
    }
  }

  private async text(
    path: string,
    query: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<string | undefined> {
    let answer: AxiosResponse<string>;
    try {
      answer = await this.ask('GET', path, query, signal);
    } catch (e) {
      signal.throwIfAborted();
      throw new TransientError(this.silence(e, signal));
    }
    const { status } = answer;
    if (status >= 200 && status < 300) return answer.data;
    if (status === 404) return undefined;
    if (isBusy(status)) throw new TransientError(`${this.o.name} answered ${status} to ${path}`, this.pauseOf(answer));
    this.refuseOperatorFaults(path, status);
    throw new SourceDataError(`${this.o.name} answered ${status} to ${path}${faultyField(answer.data)}`);
  }

  private parsed(path: string, text: string): unknown {
    try {
      return parseExactJson(text);
    } catch {
      throw new SourceDataError(`${this.o.name} answered ${path} with something that is no JSON`);
    }
  }

  private ask(
    method: 'GET' | 'POST' | 'PUT',
    path: string,
    query: Readonly<Record<string, string>>,
    signal: AbortSignal,
    body?: unknown,
  ): Promise<AxiosResponse<string>> {
    return this.http.request<string>({
      method,
      url: this.base + path,
      params: query,
      headers: { ...this.headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { data: JSON.stringify(body) }),
      signal,
      responseType: 'text',
      transformResponse: (text: string) => text,
      validateStatus: () => true,
    });
  }

  private refuseOperatorFaults(path: string, status: number): void {
    if (isDenied(status))
      throw new ConfigError(`${this.o.name} refused the credential (${status})`, this.o.steps.credential);
    if ((status >= 300 && status < 400) || status === 404 || status === 405) throw this.misplaced(path, status);
  }

  private misplaced(path: string, status: number): ConfigError {
    return new ConfigError(`${this.o.name} has nothing at ${path} (${status})`, this.o.steps.address);
  }

  private pauseOf(answer: AxiosResponse): number | undefined {
    const header: unknown = answer.headers['retry-after'];
    return retryAfterMs(typeof header === 'string' ? header : undefined, this.o.now());
  }

  private silence(e: unknown, signal: AbortSignal): string {
    if (signal.aborted) return `${this.o.name} did not answer in time`;
    return `${this.o.name} does not answer: ${e instanceof Error ? e.message : String(e)}`;
  }
}

const isDenied = (status: number) => status === 401 || status === 403 || status === 407;
const isBusy = (status: number) => status === 408 || status === 425 || status === 429 || status >= 500;

/** The name of the field that the system found fault with, if it names one; never a value, which may be personal. */
function faultyField(text: unknown): string {
  const field = typeof text === 'string' ? /"field"\s*:\s*"([A-Za-z0-9_.-]{1,40})"/.exec(text)?.[1] : undefined;
  return field === undefined ? '' : ` (field ${field})`;
}
