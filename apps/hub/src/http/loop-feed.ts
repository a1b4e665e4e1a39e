import { Inject, Injectable, type MessageEvent, type OnApplicationShutdown } from '@nestjs/common';
import { type FeedEvent, LoopService } from '#insight';
import { LOGGER, type Logger, publicId } from '#platform';
import { snapshotView } from './loop-view.js';

const SNAPSHOT_MS = 500;
const HEARTBEAT_MS = 15_000;
const EVENTS_AT_ONCE = 200;

type Send = (message: MessageEvent) => void;

interface Listener {
  readonly send: Send;
  cursor: string | undefined;
}

/**
 * One poll for all open streams, and none while nobody watches. Each listener has its own place in the feed of
 * events, so that one who resumes far back catches up without holding up the others.
 */
@Injectable()
export class LoopFeed implements OnApplicationShutdown {
  private readonly listeners = new Set<Listener>();
  private timer: NodeJS.Timeout | undefined;
  private last = '';
  private lastBeat = 0;
  private closed = false;

  constructor(
    private readonly loop: LoopService,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /** @returns how to stop. */
  subscribe(lastEventId: string | undefined, send: Send): () => void {
    const listener: Listener = { send, cursor: lastEventId };
    this.listeners.add(listener);
    if (this.last !== '') send({ type: 'loop', data: this.last });
    this.timer ??= setTimeout(() => void this.look(), 0);
    return () => this.listeners.delete(listener);
  }

  onApplicationShutdown(): void {
    this.closed = true;
    clearTimeout(this.timer);
  }

  private async look(): Promise<void> {
    const start = performance.now();
    try {
      await this.sendSnapshot();
      for (const listener of this.listeners) await this.sendEvents(listener);
    } catch (e) {
      this.log.warn({ err: e }, 'the live stream could not be fed; will try again');
    }
    if (performance.now() - this.lastBeat > HEARTBEAT_MS) {
      this.lastBeat = performance.now();
      for (const l of this.listeners) l.send({ type: 'beat', data: '' });
    }
    const pause = Math.max(50, SNAPSHOT_MS - (performance.now() - start));
    this.timer = this.listeners.size > 0 && !this.closed ? setTimeout(() => void this.look(), pause) : undefined;
    if (this.timer === undefined) this.last = '';
  }

  private async sendSnapshot(): Promise<void> {
    const snapshot = JSON.stringify(snapshotView(await this.loop.snapshot()));
    this.last = snapshot;
    for (const l of this.listeners) l.send({ type: 'loop', data: snapshot });
  }

  private async sendEvents(listener: Listener): Promise<void> {
    const events = await this.loop.feed(listener.cursor, listener.cursor === undefined ? 20 : EVENTS_AT_ONCE);
    for (const e of events) listener.send({ type: 'event', id: e.cursor, data: JSON.stringify(eventView(e)) });
    listener.cursor = events.at(-1)?.cursor ?? listener.cursor ?? '0-0';
  }
}

function eventView(e: FeedEvent) {
  return {
    type: e.type,
    at: e.at.toISOString(),
    client: e.clientId ? publicId('cli', e.clientId) : null,
    subject: e.subject,
    data: e.data,
  };
}
