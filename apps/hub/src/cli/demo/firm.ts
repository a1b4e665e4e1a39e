import { CliError, EXIT } from '../exit.js';

/** What the simulator tells an operator (docs/reference/simulator.md). */
export interface FirmCard {
  readonly clients: number;
  readonly trading: {
    engine: 'postgres' | 'mariadb';
    host: string;
    port: number;
    database: string;
    user: string;
    password: string;
  };
  readonly call: { url: string; token: string; webhookSecret: string };
  readonly mail: {
    url: string;
    token: string;
    webhookSecret: string;
    smtp: { host: string; port: number; user: string; password: string; from: string };
  };
  readonly web: { url: string; token: string; writeKey: string };
  readonly downstream: { url: string };
}

/** What a peer received: distinct ids, and ids that came more than once. */
export interface PeerCount {
  readonly distinct: number;
  readonly repeated: number;
}

export interface FirmCounts {
  readonly rows: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly totalRows: number;
  readonly planted: { readonly atRisk: number; readonly unreadable: number };
  readonly peers: {
    readonly trading: PeerCount;
    readonly call: PeerCount;
    readonly mail: PeerCount;
    readonly web: PeerCount;
  };
  readonly webhooks: { readonly received: number; readonly refused: number; readonly distinct: number };
  readonly exits: { readonly leave: number };
}

export interface FirmEffect {
  readonly id: string;
  readonly arrivals: number;
}

/** The simulator's remote control. */
export class Firm {
  constructor(private readonly control: string) {}

  card(): Promise<FirmCard> {
    return this.call('GET', '/control/firm');
  }

  counts(): Promise<FirmCounts> {
    return this.call('GET', '/control/counts');
  }

  async effects(peer: 'call' | 'mail' | 'web' | 'trading'): Promise<FirmEffect[]> {
    return (await this.call<{ items: FirmEffect[] }>('GET', `/control/effects?peer=${peer}`)).items;
  }

  hub(told: { url: string; callWebhook: string; mailWebhook: string; webhookSecret?: string }): Promise<unknown> {
    return this.call('POST', '/control/hub', told);
  }

  live(factsPerSecond: number): Promise<unknown> {
    return this.call('POST', '/control/live', { factsPerSecond });
  }

  exits(): Promise<{ leave: number; byReach: Record<string, { clients: number; leave: number }> }> {
    return this.call('POST', '/control/exits', {});
  }

  /** Makes a peer sick, or well again. */
  faults(peer: string, faults: { delayMs?: number; failRatio?: number; dropAnswerRatio?: number }): Promise<unknown> {
    return this.call('POST', '/control/faults', { peer, ...faults });
  }

  private async call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(this.control + path, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    if (!response.ok)
      throw new CliError(`The simulator refused ${path}: ${response.status} ${await response.text()}`, EXIT.failed);
    return (await response.json()) as T;
  }
}
