import { type ChildProcessWithoutNullStreams, execFile, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

const BUILD = fileURLToPath(new URL('./build-mock-cluster.mjs', import.meta.url));

/** A record as the peer's own consumer read it. */
export interface KafkaRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly key: string | null;
  readonly value: string;
  readonly headers: Record<string, string>;
}

interface Hex {
  topic: string;
  partition: number;
  offset: number;
  key: string | null;
  value: string;
  headers: { name: string; value: string }[];
}

/** Kafka's numbers of requests and of errors (https://kafka.apache.org/protocol). */
export const PRODUCE = 0;
export const ERRORS = { REQUEST_TIMED_OUT: 7, MESSAGE_TOO_LARGE: 10, NOT_ENOUGH_REPLICAS: 19 };

/** librdkafka's mock cluster in a process of its own, with librdkafka's consumer beside it; not Apache Kafka's broker. */
export class KafkaPeer {
  readonly records: KafkaRecord[] = [];
  private readonly awaited: (() => void)[] = [];
  private first: (brokers: string) => void = () => {};

  private constructor(private readonly child: ChildProcessWithoutNullStreams) {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const said = JSON.parse(line) as { bootstraps?: string; done?: string; record?: Hex };
      if (said.bootstraps !== undefined) this.first(said.bootstraps);
      else if (said.record) this.records.push(read(said.record));
      else this.awaited.shift()?.();
    });
  }

  /** Building what it runs takes a minute or two, once a machine. */
  static async start(brokers = 1): Promise<{ peer: KafkaPeer; brokers: string }> {
    const { stdout } = await promisify(execFile)(process.execPath, [BUILD]);
    const peer = new KafkaPeer(spawn(stdout.trim(), [String(brokers)]));
    return { peer, brokers: await new Promise((ok) => (peer.first = ok)) };
  }

  createTopic(name: string, partitions: number): Promise<void> {
    return this.tell(`topic ${name} ${partitions}`);
  }

  /** The next `count` requests of this kind are answered with the error. */
  failNext(request: number, count: number, error: number): Promise<void> {
    return this.tell(`errors ${request} ${count} ${error}`);
  }

  down(broker = 1): Promise<void> {
    return this.tell(`down ${broker}`);
  }

  up(broker = 1): Promise<void> {
    return this.tell(`up ${broker}`);
  }

  of(topic: string): KafkaRecord[] {
    return this.records.filter((r) => r.topic === topic);
  }

  async stop(): Promise<void> {
    const ended = new Promise((ok) => this.child.once('exit', ok));
    this.child.kill('SIGKILL');
    await ended;
  }

  private tell(command: string): Promise<void> {
    return new Promise((ok) => {
      this.awaited.push(ok);
      this.child.stdin.write(`${command}\n`);
    });
  }
}

function read(r: Hex): KafkaRecord {
  const text = (hex: string) => Buffer.from(hex, 'hex').toString('utf8');
  return {
    ...r,
    key: r.key === null ? null : text(r.key),
    value: text(r.value),
    headers: Object.fromEntries(r.headers.map((h) => [text(h.name), text(h.value)])),
  };
}
