import { isIP } from 'node:net';
import { type ChannelModel, type ConfirmChannel, connect } from 'amqplib';
import { type Egress, ExchangeFailed } from '#platform';
import type { Target } from '../targets.js';
import { BrokerLinks, placeOf, Refused, sentHeaders } from './broker-links.js';
import type { Attempt, Outgoing, Road } from './road.js';

interface Link {
  readonly connection: ChannelModel;
  readonly channel: ConfirmChannel;
  /** Messages that no queue took, by webhook-id. */
  readonly returned: Set<string>;
  /** Why the broker ended the channel. */
  ended?: Error;
}

/**
 * Into RabbitMQ: persistent, mandatory, with publisher confirms. It is delivered when every queue it was routed to has
 * it; a message that no queue takes is an error, not a success. The message id is the webhook-id.
 */
export class RabbitRoad implements Road {
  private readonly links = new BrokerLinks<Link>(
    (target) => this.open(target),
    ({ connection }) => connection.close(),
  );

  constructor(private readonly egress: Egress) {}

  send(target: Target, m: Outgoing): Promise<Attempt> {
    const { exchange = '', routingKey = '{type}' } = target.endpoint.target;
    return this.links.send(target, m, async (link) => {
      const { channel, returned } = link;
      const key = placeOf(routingKey, m);
      await new Promise<void>((ok, fail) => {
        const options = {
          persistent: true,
          mandatory: true,
          messageId: m.id,
          type: m.type,
          timestamp: Math.floor(m.at.getTime() / 1000),
          contentType: m.cloudEvent ? 'application/cloudevents+json' : 'application/json',
          headers: sentHeaders(target, m),
        };
        channel.publish(exchange, key, Buffer.from(m.body), options, (e) => (e ? fail(faultOf(e, link)) : ok()));
      });
      // The broker sends what it returns before it confirms (AMQP 0-9-1 confirms, "When will messages be confirmed").
      if (returned.delete(m.id))
        throw new Refused({
          en: `no queue takes messages for "${key}" of exchange "${exchange}"`,
          zh: `交换机 "${exchange}" 没有队列接收 "${key}"`,
        });
      return 'confirmed';
    });
  }

  close(): Promise<void> {
    return this.links.close();
  }

  private async open(target: Target): Promise<{ link: Link; ip: string }> {
    const { url, auth, endpoint } = target;
    const host = url.hostname.replace(/^\[|\]$/g, '');
    const { address } = await this.egress.resolve(host);
    const secure = url.protocol === 'amqps:';
    const connection = await connect(
      {
        protocol: secure ? 'amqps' : 'amqp',
        hostname: address,
        port: url.port === '' ? (secure ? 5671 : 5672) : Number(url.port),
        vhost: url.pathname.length > 1 ? url.pathname.slice(1) : '/',
        username: auth.login?.user ?? 'guest',
        password: auth.login?.password ?? 'guest',
        heartbeat: 10,
      },
      {
        timeout: Math.min(10_000, endpoint.timeoutMs),
        ...(secure && isIP(host) === 0 ? { servername: host } : {}),
        ...target.tls,
      },
    );
    const drop = () => this.links.drop(endpoint.id);
    connection.on('error', drop).on('close', drop);
    const channel = await connection.createConfirmChannel();
    const returned = new Set<string>();
    const link: Link = { connection, channel, returned };
    channel.on('close', drop).on('error', (e: Error) => {
      link.ended = e;
      drop();
    });
    channel.on('return', (message: { properties: { messageId?: unknown } }) => {
      returned.add(String(message.properties.messageId));
    });
    return { link, ip: address };
  }
}

/**
 * Why a message was not confirmed: the broker refused it, or ended the channel (no such exchange, no permission), or
 * the connection broke, and then it may have been taken.
 */
function faultOf(e: unknown, { ended }: Link): Error {
  if (ended) return new Refused({ en: ended.message, zh: `消息代理拒绝：${ended.message}` }, 503);
  const said = e instanceof Error ? e.message : '';
  if (said === 'message nacked') return new Refused({ en: 'the broker did not take it', zh: '消息代理未接收' });
  const words = { en: 'the connection ended before the broker confirmed', zh: '连接在消息代理确认之前中断' };
  return new ExchangeFailed(words, true, '', e);
}
