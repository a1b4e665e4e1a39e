import { isIP } from 'node:net';
import { jetstream, type JetStreamClient } from '@nats-io/jetstream';
import { connect, headers, type NatsConnection, type TlsOptions } from '@nats-io/transport-node';
import type { Egress } from '#platform';
import type { Target } from '../targets.js';
import { BrokerLinks, placeOf, Refused, sentHeaders } from './broker-links.js';
import type { Attempt, Outgoing, Road } from './road.js';

interface Link {
  readonly connection: NatsConnection;
  readonly stream: JetStreamClient;
}

/**
 * Into NATS JetStream: it is delivered when a stream has stored it. The message id is the webhook-id, so that the
 * stream drops repeats within its own window. Servers that a cluster announces are not dialled: only the one that was
 * vetted is.
 */
export class NatsRoad implements Road {
  private readonly links = new BrokerLinks<Link>(
    (target) => this.open(target),
    ({ connection }) => connection.close(),
  );

  constructor(private readonly egress: Egress) {}

  send(target: Target, m: Outgoing): Promise<Attempt> {
    const subject = placeOf(target.endpoint.target.subject ?? '{type}', m);
    return this.links.send(target, m, async ({ stream }) => {
      const h = headers();
      for (const [name, value] of Object.entries(sentHeaders(target, m))) h.set(name, value);
      try {
        const ack = await stream.publish(subject, m.body, {
          msgID: m.id,
          headers: h,
          timeout: target.endpoint.timeoutMs,
        });
        return `stored in ${ack.stream} as ${ack.seq}${ack.duplicate ? ', a repeat' : ''}`;
      } catch (e) {
        const { code, message, name } = e as { code?: unknown; message?: string; name?: string };
        // Nobody answered on the subject: the client calls it JetStreamNotEnabled, whatever the cause.
        if (/no ?responders|NotEnabled/i.test(`${String(code)} ${name} ${message}`))
          throw new Refused({
            en: `no stream takes messages for "${subject}", or JetStream is not enabled`,
            zh: `没有流接收 "${subject}"，或未启用 JetStream`,
          });
        if (name === 'JetStreamApiError')
          throw new Refused({
            en: message ?? 'the stream did not take it',
            zh: message ?? '流未接收',
          });
        throw e;
      }
    });
  }

  close(): Promise<void> {
    return this.links.close();
  }

  private async open(target: Target): Promise<{ link: Link; ip: string }> {
    const { url, auth, endpoint, tls } = target;
    const host = url.hostname.replace(/^\[|\]$/g, '');
    const { address, family } = await this.egress.resolve(host);
    const port = url.port === '' ? 4222 : Number(url.port);
    const secure = url.protocol === 'tls:';
    const options: TlsOptions & { servername?: string } = {
      ...(isIP(host) === 0 ? { servername: host } : {}),
      ...tls,
    };
    const connection = await connect({
      servers: family === 6 ? `[${address}]:${port}` : `${address}:${port}`,
      name: 'isthmus',
      reconnect: false,
      ignoreClusterUpdates: true,
      timeout: Math.min(10_000, endpoint.timeoutMs),
      tls: secure ? options : null,
      ...(auth.login ? { user: auth.login.user, pass: auth.login.password } : {}),
    });
    void connection.closed().then(() => this.links.drop(endpoint.id));
    return { link: { connection, stream: jetstream(connection) }, ip: address };
  }
}
