import { defaultPartitioner, ProtocolError, type SASLMechanismValue, UserError } from '@platformatic/kafka';
import { type Egress, faultWords } from '#platform';
import { kafkaBrokers } from '../kafka-address.js';
import type { Target } from '../targets.js';
import { BrokerLinks, NotSent, placeOf, Refused, sentHeaders } from './broker-links.js';
import { deepest, GuardedProducer, NotDialled } from './kafka-brokers.js';
import { KafkaLane } from './kafka-lane.js';
import type { Attempt, Outgoing, Road } from './road.js';

interface Link {
  readonly producer: GuardedProducer;
  /** By topic and partition. */
  readonly lanes: Map<string, KafkaLane>;
  /** For messages without a key: the partition of the next. */
  turn: number;
}

/** The broker took the request and does not say whether it kept it (https://kafka.apache.org/protocol#protocol_error_codes). */
const UNCERTAIN = new Set([
  'REQUEST_TIMED_OUT',
  'NETWORK_EXCEPTION',
  'NOT_ENOUGH_REPLICAS_AFTER_APPEND',
  'OUT_OF_ORDER_SEQUENCE_NUMBER',
  'DUPLICATE_SEQUENCE_NUMBER',
  'UNKNOWN_PRODUCER_ID',
]);
const NOT_IDEMPOTENT = new Set(['CLUSTER_AUTHORIZATION_FAILED', 'UNSUPPORTED_VERSION']);
const RETRIES = 3;

/**
 * Into a Kafka topic: it is delivered when all in-sync replicas have it (`acks=all`). The producer is idempotent where
 * the cluster lets it be, so that a request which is repeated within one attempt is stored once; a later attempt is a
 * new message with the same webhook-id. The message is a CloudEvent in structured mode (CloudEvents Kafka binding §3.3).
 */
export class KafkaRoad implements Road {
  private readonly links = new BrokerLinks<Link>(
    (target) => this.open(target),
    ({ producer }) => producer.end(),
  );

  constructor(private readonly egress: Egress) {}

  send(target: Target, m: Outgoing): Promise<Attempt> {
    const { topic: topicPlace = '', key: keyPlace = '{subject}' } = target.endpoint.target;
    const topic = placeOf(topicPlace, m);
    const key = placeOf(keyPlace, m);
    return this.links.send(target, m, async (link) => {
      const partition = await partitionOf(link, topic, key);
      const place = `${topic}:${partition}`;
      let lane = link.lanes.get(place);
      if (!lane) link.lanes.set(place, (lane = new KafkaLane(link.producer)));
      const headers = Object.entries(sentHeaders(target, m)).map(([n, v]) => [Buffer.from(n), Buffer.from(v)] as const);
      try {
        const offset = await lane.send({
          topic,
          partition,
          ...(key === '' ? {} : { key: Buffer.from(key) }),
          value: Buffer.from(m.body),
          headers: new Map(headers),
          timestamp: BigInt(m.at.getTime()),
        });
        return `stored in ${topic}, partition ${partition}${offset < 0n ? '' : `, as ${offset}`}`;
      } catch (e) {
        throw faultOf(e);
      }
    });
  }

  close(): Promise<void> {
    return this.links.close();
  }

  /** Some clusters let a client write and not be idempotent (before Kafka 3.0, without the right IdempotentWrite). */
  private async open(target: Target): Promise<{ link: Link; ip: string }> {
    try {
      return await this.connect(target, true);
    } catch (e) {
      if (!(e instanceof ProtocolError) || !NOT_IDEMPOTENT.has(idOf(e))) throw e;
      return this.connect(target, false);
    }
  }

  private async connect(target: Target, idempotent: boolean): Promise<{ link: Link; ip: string }> {
    const producer = new GuardedProducer(this.egress, kafkaBrokers(target.endpoint.url).brokers, {
      ...settingsOf(target),
      idempotent,
      retries: idempotent ? RETRIES : 0,
    });
    try {
      if (idempotent) await producer.initIdempotentProducer({});
      else await producer.metadata({});
    } catch (e) {
      await producer.end();
      const last = leaves(e).at(-1)!;
      throw last instanceof ProtocolError ? last : deepest(last);
    }
    return { link: { producer, lanes: new Map(), turn: 0 }, ip: producer.ip };
  }
}

function settingsOf({ endpoint, auth, tls }: Target) {
  const { brokers, secure } = kafkaBrokers(endpoint.url);
  const mechanism = (endpoint.target.sasl ?? 'scram-sha-512').toUpperCase() as SASLMechanismValue;
  return {
    clientId: 'isthmus',
    bootstrapBrokers: brokers,
    connectTimeout: Math.min(10_000, endpoint.timeoutMs),
    requestTimeout: endpoint.timeoutMs,
    timeout: endpoint.timeoutMs,
    // None yet: the cluster gives one.
    producerId: -1n,
    producerEpoch: -1,
    retryDelay: 100,
    autocreateTopics: false,
    ...(secure ? { tls: { ...tls } } : {}),
    ...(auth.login ? { sasl: { mechanism, username: auth.login.user, password: auth.login.password } } : {}),
  };
}

/** The same key goes to the same partition as with Kafka's own clients; without one, each in turn. */
async function partitionOf(link: Link, topic: string, key: string): Promise<number> {
  try {
    const { topics } = await link.producer.metadata({ topics: [topic] });
    const count = topics.get(topic)!.partitionsCount;
    if (key === '') return link.turn++ % count;
    return defaultPartitioner({ topic, value: Buffer.alloc(0) }, Buffer.from(key)) % count;
  } catch (e) {
    if (e instanceof UserError)
      throw new Refused({
        en: `there is no topic "${topic}", or it may not be seen`,
        zh: `不存在 topic "${topic}"，或无权查看`,
      });
    throw new NotSent(faultWords(deepest(leaves(e).at(-1)!)));
  }
}

/** Tells what is certainly not stored from what may be. */
function faultOf(e: unknown): Error {
  const all = leaves(e);
  const last = all.at(-1)!;
  if (all.every((l) => l instanceof NotDialled)) return new NotSent(faultWords(last));
  const certain = all.every((l) => l instanceof NotDialled || (l instanceof ProtocolError && !UNCERTAIN.has(idOf(l))));
  if (!certain) return last;
  const said = all.findLast((l) => l instanceof ProtocolError) as ProtocolError;
  // What Kafka calls retriable is its own state of this moment, not this message.
  return new Refused(
    {
      en: `the broker answered ${idOf(said)}: ${said.message}`,
      zh: `消息代理应答 ${idOf(said)}：${said.message}`,
    },
    said['canRetry'] === true ? 503 : 422,
  );
}

function idOf(e: ProtocolError): string {
  return e['apiId'] as string;
}

/** What came of each try: the client gathers them in trees. */
function leaves(e: unknown): Error[] {
  if (e instanceof AggregateError) return (e.errors as unknown[]).flatMap(leaves);
  return [e instanceof Error ? e : new Error(String(e))];
}
