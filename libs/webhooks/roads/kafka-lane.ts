import { type MessageToProduce, ProduceAcks, type Producer } from '@platformatic/kafka';

interface Waiting {
  readonly message: MessageToProduce;
  readonly ok: (offset: bigint) => void;
  readonly fail: (e: unknown) => void;
}

/** In one request: well below the megabyte that a broker takes unless it is told otherwise. */
const MOST_MESSAGES = 200;
const MOST_BYTES = 512 * 1024;

/**
 * The way into one partition: one request at a time, with all that has come meanwhile. An idempotent producer numbers
 * what it sends to a partition, and a request that is repeated after a fault must have the numbers it had; with two
 * under way the client would give both the same, and the broker drop one of them as a repeat.
 */
export class KafkaLane {
  private readonly waiting: Waiting[] = [];
  private busy = false;

  constructor(private readonly producer: Producer) {}

  /** @returns the offset, when all replicas that must have the message have it. */
  send(message: MessageToProduce): Promise<bigint> {
    return new Promise((ok, fail) => {
      this.waiting.push({ message, ok, fail });
      void this.work();
    });
  }

  private async work(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    try {
      // What is told in the same instant goes together.
      await Promise.resolve();
      while (this.waiting.length > 0) await this.produce(this.batch());
    } finally {
      this.busy = false;
    }
  }

  private batch(): Waiting[] {
    let n = 0;
    for (let bytes = 0; n < Math.min(this.waiting.length, MOST_MESSAGES); n++) {
      bytes += this.waiting[n]!.message.value!.length;
      if (n > 0 && bytes > MOST_BYTES) break;
    }
    return this.waiting.splice(0, n);
  }

  private async produce(batch: readonly Waiting[]): Promise<void> {
    try {
      const { offsets } = await this.producer.send({ messages: batch.map((w) => w.message), acks: ProduceAcks.ALL });
      const first = offsets?.[0]?.offset ?? -1n;
      batch.forEach((w, i) => w.ok(first < 0n ? first : first + BigInt(i)));
    } catch (e) {
      for (const w of batch) w.fail(e);
    }
  }
}
