import { Inject, Injectable, type MessageEvent, type OnApplicationShutdown } from '@nestjs/common';
import { type FeedEvent, LoopService } from '#insight';
import { LOGGER, type Logger, publicId } from '#platform';
import { snapshotView } from './loop-view.js';

const SNAPSHOT_MS = 500;
const HEARTBEAT_MS = 15_000;
/** How soon a stream ends after its session did. */
const WELCOME_MS = 5000;
const EVENTS_AT_ONCE = 200;
const EVENTS_AT_FIRST = 20;

/** One who watches. */
export interface Watcher {
  /** Place in the feed after which to go on; undefined starts with the newest few. */
  readonly after: string | undefined;
  readonly send: (message: MessageEvent) => void;
  /** Whether the watcher may still look; asked every five seconds. */
  readonly welcome: () => Promise<boolean>;
  readonly end: () => void;
}

interface Listener extends Watcher {
  cursor: string | undefined;
  welcomedAt: number;
}

/**
 * One poll for all open streams, and none while nobody watches. Each listener has its own place in the feed of
 * events, so that one who resumes far back catches up without holding up the others.
 *
 * Every message carries the listener's place as its id, snapshots too: a browser resumes from the id it saw last,
 * whatever the message was, and a message without one would get a number of the framework's own.
 */
@Injectable()
export class LoopFeed implements OnApplicationShutdown {
  private readonly listeners = new Set<Listener>();
  private timer: NodeJS.Timeout | undefined;
  private lastBeat = 0;
  private closed = false;

  constructor(
    private readonly loop: LoopService,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /** @returns how to stop. */
  subscribe(watcher: Watcher): () => void {
    const listener: Listener = { ...watcher, cursor: watcher.after, welcomedAt: performance.now() };
    this.listeners.add(listener);
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
      for (const listener of this.listeners) await this.dismiss(listener);
      for (const listener of this.listeners) await this.sendEvents(listener);
      if (this.listeners.size > 0) await this.sendSnapshot();
    } catch (e) {
      this.log.warn({ err: e }, 'the live stream could not be fed; will try again');
    }
    if (performance.now() - this.lastBeat > HEARTBEAT_MS) {
      this.lastBeat = performance.now();
      this.sendAll('beat', '');
    }
    const pause = Math.max(50, SNAPSHOT_MS - (performance.now() - start));
    this.timer = this.listeners.size > 0 && !this.closed ? setTimeout(() => void this.look(), pause) : undefined;
  }

  /** Ends the stream of one whose session has ended, or whose key was revoked. */
  private async dismiss(listener: Listener): Promise<void> {
    if (performance.now() - listener.welcomedAt < WELCOME_MS) return;
    listener.welcomedAt = performance.now();
    if (await listener.welcome()) return;
    this.listeners.delete(listener);
    listener.send({ type: 'end', id: listener.cursor ?? '', data: '{"reason":"signed out"}' });
    listener.end();
  }

  private async sendSnapshot(): Promise<void> {
    this.sendAll('loop', JSON.stringify(snapshotView(await this.loop.watched())));
  }

  private sendAll(type: string, data: string): void {
    for (const l of this.listeners) if (l.cursor !== undefined) l.send({ type, id: l.cursor, data });
  }

  private async sendEvents(listener: Listener): Promise<void> {
    const limit = listener.cursor === undefined ? EVENTS_AT_FIRST : EVENTS_AT_ONCE;
    const events = await this.loop.feed(listener.cursor, limit);
    for (const e of events) listener.send({ type: 'event', id: e.cursor, data: JSON.stringify(eventView(e)) });
    listener.cursor = events.at(-1)?.cursor ?? listener.cursor ?? '0-0';
  }
}

export function isPlace(text: string): boolean {
  return /^\d{1,20}-\d{1,20}$/.test(text);
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
