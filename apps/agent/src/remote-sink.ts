import {
  ask,
  type Peer,
  REQUEST_TIMEOUT_MS,
  type Sink,
  type SinkBatch,
  type StreamError,
  type StreamPosition,
  TO_HUB,
  toWire,
} from '#systems';

/** The hub's inbox, seen from an agent: every call is a request over the transport, answered after the commit. */
export class RemoteSink implements Sink {
  constructor(
    private readonly client: Peer,
    private readonly agent: string,
    /** Ends every wait for an answer. */
    private readonly signal: AbortSignal,
  ) {}

  position(system: string, stream: string): Promise<StreamPosition> {
    return ask(this.client, TO_HUB.position, { agent: this.agent, system, stream }, REQUEST_TIMEOUT_MS, this.signal);
  }

  commit(batch: SinkBatch): Promise<StreamPosition> {
    const request = { agent: this.agent, batch: { ...batch, messages: toWire(batch.messages) } };
    return ask(this.client, TO_HUB.commit, request, REQUEST_TIMEOUT_MS, this.signal);
  }

  async report(system: string, stream: string, error: StreamError | undefined): Promise<void> {
    await ask(
      this.client,
      TO_HUB.report,
      { agent: this.agent, system, stream, error: error ?? null },
      REQUEST_TIMEOUT_MS,
      this.signal,
    );
  }
}
