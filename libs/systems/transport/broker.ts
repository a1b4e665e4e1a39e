import { ClientRMQ, ServerRMQ } from '@nestjs/microservices';
import { QUEUE_OPTIONS } from './protocol.js';

/** How soon a lost broker is noticed and tried again. */
const SOCKET_OPTIONS = { heartbeatIntervalInSeconds: 5, reconnectTimeInSeconds: 1 };

/** How long closing may take, milliseconds. */
const GOODBYE_MS = 2000;

/** The parts of amqp-connection-manager that are used here; Nest declares them as any. */
interface Manager {
  createChannel(o: { json: boolean; confirm: boolean; setup: (channel: Channel) => Promise<void> }): {
    sendToQueue(queue: string, content: Buffer, options: object): Promise<boolean>;
  };
}
interface Channel {
  assertQueue(queue: string, options: object): Promise<unknown>;
  prefetch(count: number, global: boolean): Promise<unknown>;
  consume(
    queue: string,
    take: (message: Record<string, unknown> | null) => void,
    options: { noAck: boolean },
  ): Promise<unknown>;
}

/**
 * Asks over the broker, and sends each request once. With publisher confirms, as Nest's own client has them, the
 * connection manager keeps what was not confirmed and may send it again on a new connection, when the first may have
 * been taken: a command would be performed twice. Here nothing is kept: who waits for the answer hears that the
 * connection broke, and decides.
 */
export class BrokerClient extends ClientRMQ {
  constructor(url: string, queue: string) {
    super({ urls: [url], queue, queueOptions: QUEUE_OPTIONS, persistent: true, socketOptions: SOCKET_OPTIONS });
  }

  override createChannel(): Promise<void> {
    return new Promise((resolve) => {
      this.channel = (this.client as Manager).createChannel({
        json: false,
        confirm: false,
        setup: (channel) => this.setupChannel(channel, resolve),
      });
    });
  }

  override close(): Promise<void> {
    return withinGoodbye(super.close());
  }
}

/**
 * Takes requests off a queue. What fails because the broker went away while it was said (the subscription, an answer) is
 * let go of: the broker gives the message to the next, or the other side asks again. Nest's own server leaves such
 * failures to the process, which ends by them.
 */
export class BrokerServer extends ServerRMQ {
  private readonly o: { readonly queue: string; readonly noAck: boolean; readonly prefetch: number };

  /** @param o.noAck a message is off the queue as soon as it is given out; otherwise its handler acknowledges it. */
  constructor(o: { url: string; queue: string; noAck: boolean; prefetch: number }) {
    super({
      urls: [o.url],
      queue: o.queue,
      queueOptions: QUEUE_OPTIONS,
      noAck: o.noAck,
      prefetchCount: o.prefetch,
      socketOptions: SOCKET_OPTIONS,
    });
    this.o = o;
  }

  override async setupChannel(channel: Channel, ready: () => void): Promise<void> {
    await channel.assertQueue(this.o.queue, QUEUE_OPTIONS);
    await channel.prefetch(this.o.prefetch, false);
    await channel.consume(
      this.o.queue,
      (message) => {
        if (message)
          this.handleMessage(message, channel).catch((e: unknown) =>
            this.logger.error(`a message could not be taken: ${String(e)}`),
          );
      },
      { noAck: this.o.noAck },
    );
    ready();
  }

  override close(): Promise<void> {
    return withinGoodbye(super.close());
  }

  override sendMessage(message: unknown, replyTo: string, correlationId: string): void {
    const answer = Buffer.from(JSON.stringify(message));
    const channel = this.channel as ReturnType<Manager['createChannel']>;
    // After a while nobody waits for the answer any more: it is not kept for a broker that stays away.
    channel.sendToQueue(replyTo, answer, { correlationId, timeout: 10_000 }).catch((e: unknown) => {
      this.logger.warn(`an answer could not be given: ${String(e)}`);
    });
  }
}

/** A broker that is away cannot be said goodbye to. */
async function withinGoodbye(closing: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<void>((ok) => (timer = setTimeout(ok, GOODBYE_MS)));
  await Promise.race([closing.catch(() => {}), patience]);
  clearTimeout(timer);
}
