/** Something the hub asked of a system, as the system received it. */
export interface Effect {
  /** The hub's command id. */
  readonly id: string;
  /** How often it arrived; more than once is a repeat. */
  readonly arrivals: number;
  readonly firstAt: string;
  readonly lastAt: string;
  /** Phone, address, user id or fund account. */
  readonly to: string;
  /** What came of it, once known, in the system's own words. */
  readonly outcome?: string;
}

/** A sick peer. Ratios in 0 … 1. */
export interface Faults {
  readonly delayMs?: number;
  /** Share of requests answered with a 5xx (or SMTP 4xx) and not performed. */
  readonly failRatio?: number;
  /** Share of requests performed and never answered. */
  readonly dropAnswerRatio?: number;
}

/** One system of the firm, running. What it received survives a restart of the simulator. */
export interface Peer {
  readonly name: 'trading' | 'call' | 'mail' | 'web';
  /** What an operator is told of it: addresses and credentials. */
  readonly card: Readonly<Record<string, unknown>>;
  /** Rows per table or stream that the hub is expected to read, live ones included. */
  rows(): Promise<Readonly<Record<string, number>>>;
  effects(): Promise<readonly Effect[]>;
  setFaults(faults: Faults): void;
  /** One live fact of this system (a trade, a call, a page view …). */
  act(): Promise<void>;
  close(): Promise<void>;
}

/** Where the systems speak to: told by `POST /control/hub`. */
export interface HubAddress {
  readonly url: string;
  readonly callWebhook: string;
  readonly mailWebhook: string;
  readonly webhookSecret?: string;
}

/** A system through which clients are spoken to. */
export interface ReachingPeer extends Peer {
  /** Index of everybody whom an effect of this system has reached: a call answered, a mail delivered or read. */
  reached(): ReadonlySet<number>;
}
