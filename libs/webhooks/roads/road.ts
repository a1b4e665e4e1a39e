import type { Target } from '../targets.js';

/** One message of one attempt. */
export interface Outgoing {
  /** webhook-id; stable over attempts. */
  readonly id: string;
  readonly type: string;
  readonly subject: string;
  /** `cli_…`; empty when it is about no client. */
  readonly client: string;
  readonly at: Date;
  readonly body: string;
  /** The body is a CloudEvent; false when a transformation made it something else. */
  readonly cloudEvent: boolean;
}

/** What came of an attempt. It never throws: whatever happens is a result. */
export interface Attempt {
  readonly at: Date;
  readonly ms: number;
  readonly status?: number | undefined;
  /** `not_sent`, `maybe_sent`; empty when it was answered in full. */
  readonly errorClass: '' | 'not_sent' | 'maybe_sent';
  /** In both languages, as `joined` makes it. */
  readonly error: string;
  /** What the endpoint said, at most 16 KiB. */
  readonly body: string;
  readonly ip: string;
  /** Request headers; the values of secret ones are left out. */
  readonly headers: Readonly<Record<string, string>>;
  /** Headers of the answer, as `answerHeaders` keeps them. */
  readonly answered?: Readonly<Record<string, string>>;
  readonly retryAfterMs?: number | undefined;
  /** It was not tried, because the endpoint has just shown that it wants to be left alone: no attempt is counted. */
  readonly withheldMs?: number;
}

/** A kind of way to a downstream. */
export interface Road {
  send(target: Target, message: Outgoing): Promise<Attempt>;
  close(): Promise<void>;
}

export const BODY_KEPT = 16 * 1024;
/** Stands in the log for what is secret. */
export const HIDDEN = '…';
