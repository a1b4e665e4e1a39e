import { isIP } from 'node:net';
import { types } from 'node:util';
import {
  type Broker,
  type Callback,
  type Connection,
  ConnectionPool,
  GenericError,
  kGetBootstrapConnection,
  kGetConnection,
  Producer,
  type ProducerOptions,
} from '@platformatic/kafka';
import { type Egress, EgressRefused, faultWords } from '#platform';
import { NotSent } from './broker-links.js';

type Options = ProducerOptions<Buffer, Buffer, Buffer, Buffer>;

/**
 * A Kafka producer that dials only through the guard. The first brokers are those of the settings; a cluster then names
 * others by itself, and those are vetted just the same: a broker cannot send the hub to an address inside the house.
 */
export class GuardedProducer extends Producer {
  private readonly named: ConnectionPool;
  private readonly plain: ConnectionPool;

  constructor(
    private readonly egress: Egress,
    private readonly brokers: readonly Broker[],
    private readonly settings: Options,
  ) {
    super(settings);
    const { tls } = settings;
    // With TLS the name must stay for the certificate, so the socket's own lookup is the guard's.
    this.named = new ConnectionPool(settings.clientId, {
      ...settings,
      ...(tls ? { tls: { ...tls, lookup: (host, o, done) => this.lookup(host, o, done) }, tlsServerName: true } : {}),
    });
    this.plain = new ConnectionPool(settings.clientId, settings);
    // A connection may fail more than once, and a failure that nobody hears of would end the process.
    for (const pool of [this.named, this.plain]) pool.on('connecting', (c) => c.connection.on('error', () => {}));
  }

  /** The address that was dialled first; empty when none was. */
  get ip(): string {
    for (const pool of [this.named, this.plain])
      for (const [, connection] of pool) return connection.socket.remoteAddress ?? '';
    return '';
  }

  override [kGetConnection](broker: Broker | undefined, done: Callback<Connection>): void {
    this.dial(broker).then(
      (connection) => done(null, connection),
      (e: Error) => done(e, undefined as never),
    );
  }

  override [kGetBootstrapConnection](done: Callback<Connection>): void {
    const known = this.currentMetadata ? [...this.currentMetadata.brokers.values()] : [];
    this.firstOf([...this.brokers, ...known]).then(
      (connection) => done(null, connection),
      (e: Error) => done(e, undefined as never),
    );
  }

  /** Ends every connection. What is under way fails, and may have been sent. */
  async end(): Promise<void> {
    const self = new Promise<void>((ok) => this.close(true, () => ok()));
    await Promise.allSettled([this.named.close(), this.plain.close(), self]);
  }

  private async firstOf(brokers: readonly Broker[]): Promise<Connection> {
    let fault: unknown;
    for (const broker of brokers)
      try {
        return await this.dial(broker);
      } catch (e) {
        fault ??= e;
      }
    throw fault;
  }

  private async dial(broker: Broker | undefined): Promise<Connection> {
    try {
      if (!broker)
        throw new NotSent({ en: 'the cluster names no leader for the partition', zh: '集群未给出该分区的主副本' });
      const { address } = await this.egress.resolve(broker.host);
      if (this.settings.tls && isIP(broker.host) === 0) return await this.named.get(broker);
      return await this.plain.get({ host: address, port: broker.port });
    } catch (e) {
      throw new NotDialled(e as Error);
    }
  }

  private lookup(
    host: string,
    o: { all?: boolean | undefined },
    done: (e: Error | null, address: string | { address: string; family: number }[], family?: number) => void,
  ): void {
    this.egress.resolve(host).then(
      ({ address, family }) => (o.all ? done(null, [{ address, family }]) : done(null, address, family)),
      (e: Error) => done(e, []),
    );
  }
}

/** No broker was reached: nothing has left the house by this try. */
export class NotDialled extends GenericError {
  constructor(cause: Error) {
    const words = faultWords(deepest(cause));
    super('PLT_KFK_NETWORK', words.en, { cause, words, canRetry: !(cause instanceof EgressRefused) });
  }
}

/** What the socket or the broker said: the client wraps it, and Node the tries at several addresses. */
export function deepest(e: Error): Error {
  const { errors, cause } = e as Error & { errors?: unknown[] };
  const inner = errors?.at(-1) ?? cause;
  return types.isNativeError(inner) ? deepest(inner) : e;
}
