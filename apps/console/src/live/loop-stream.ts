import type { Loop } from '../api/generated/hub.schemas.js';

/** One event of the feed, as the stream gives it. */
export interface LoopEvent {
  /** Its place in the feed. */
  readonly id: string;
  readonly type: string;
  readonly at: string;
  readonly client: string | null;
  readonly subject: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** `ended`: the session is over, and nothing more will come. */
export type Connection = 'connecting' | 'live' | 'reconnecting' | 'ended';

export interface StreamHandlers {
  snapshot(loop: Loop): void;
  event(event: LoopEvent): void;
  connection(state: Connection): void;
  /** Asked when the stream was refused: is the session still open? Rejects when the hub does not answer. */
  signedIn(): Promise<boolean>;
}

/** A stream that says nothing for so long is taken for dead: snapshots come twice a second. */
const SILENCE_MS = 12_000;
const FIRST_RETRY_MS = 1000;
const LONGEST_RETRY_MS = 15_000;

/**
 * The hub's live stream. A browser resumes a broken stream itself, with Last-Event-ID; it gives up when it is refused
 * (a proxy's 502, a session that ended), and does not notice a connection that died silently. Then this opens a new
 * one after the last id seen: no event is lost or seen twice.
 */
export class LoopStream {
  private source: EventSource | undefined;
  private lastId: string | undefined;
  private watchdog: ReturnType<typeof setTimeout> | undefined;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private failures = 0;

  constructor(private readonly on: StreamHandlers) {}

  open(): void {
    this.on.connection(this.lastId === undefined ? 'connecting' : 'reconnecting');
    const query = this.lastId === undefined ? '' : `?after=${encodeURIComponent(this.lastId)}`;
    const source = new EventSource(`/api/v1/stream${query}`);
    this.source = source;
    source.addEventListener('loop', (m: MessageEvent<string>) => {
      this.heard(m);
      this.on.snapshot(JSON.parse(m.data) as Loop);
    });
    source.addEventListener('event', (m: MessageEvent<string>) => {
      this.heard(m);
      this.on.event({ ...(JSON.parse(m.data) as Omit<LoopEvent, 'id'>), id: m.lastEventId });
    });
    source.addEventListener('beat', (m: MessageEvent<string>) => this.heard(m));
    source.addEventListener('end', () => this.end());
    source.addEventListener('error', () => {
      if (this.source !== source) return;
      this.on.connection('reconnecting');
      if (source.readyState === EventSource.CLOSED) this.refused();
    });
    this.watch();
  }

  close(): void {
    this.source?.close();
    this.source = undefined;
    clearTimeout(this.watchdog);
    clearTimeout(this.retry);
  }

  private heard(message: MessageEvent<string>): void {
    if (message.lastEventId !== '') this.lastId = message.lastEventId;
    this.failures = 0;
    this.on.connection('live');
    this.watch();
  }

  private watch(): void {
    clearTimeout(this.watchdog);
    this.watchdog = setTimeout(() => {
      this.close();
      this.open();
    }, SILENCE_MS);
  }

  private refused(): void {
    this.close();
    const wait = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** this.failures++);
    this.on.signedIn().then(
      (yes) => {
        if (yes) this.retry = setTimeout(() => this.open(), wait);
        else this.end();
      },
      () => {
        this.retry = setTimeout(() => this.open(), wait);
      },
    );
  }

  private end(): void {
    this.close();
    this.on.connection('ended');
  }
}
