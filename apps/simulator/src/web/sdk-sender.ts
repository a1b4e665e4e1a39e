import { Analytics } from '@segment/analytics-node';
import type { SiteEvent } from './site-event.js';

const AGAIN_AFTER_MS = 2000;

/**
 * Sends events by the unmodified Segment SDK, each until the hub has taken it. The SDK gives up after some tries; then
 * the event is handed to it again, with the hub's address of that time.
 */
export class SdkSender {
  private sdk: { host: string; analytics: Analytics } | undefined;
  private readonly timers = new Set<NodeJS.Timeout>();
  private closed = false;

  /** @param o.accepted the hub has taken the event: called once for each. */
  constructor(
    private readonly o: { host: () => string | undefined; writeKey: string; accepted: (event: SiteEvent) => void },
  ) {}

  send(event: SiteEvent): void {
    if (this.closed) return;
    const analytics = this.connected();
    if (!analytics) return this.sendLater(event);
    const ended = (fault?: unknown) => {
      if (fault === undefined) this.o.accepted(event);
      else this.sendLater(event);
    };
    const { type, userId, ...rest } = event;
    // The SDK's types want to see which of the two is there.
    const who = userId === undefined ? { anonymousId: event.anonymousId! } : { userId };
    if (event.type === 'identify') analytics.identify({ ...rest, ...who }, ended);
    else if (event.type === 'page') analytics.page({ ...rest, ...who }, ended);
    else analytics.track({ ...rest, event: event.event, ...who }, ended);
  }

  async close(): Promise<void> {
    this.closed = true;
    for (const timer of this.timers) clearTimeout(timer);
    await this.sdk?.analytics.closeAndFlush({ timeout: 1000 });
  }

  private sendLater(event: SiteEvent): void {
    if (this.closed) return;
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      this.send(event);
    }, AGAIN_AFTER_MS);
    this.timers.add(timer);
  }

  private connected(): Analytics | undefined {
    const host = this.o.host();
    if (host === undefined || this.sdk?.host === host) return this.sdk?.analytics;
    void this.sdk?.analytics.closeAndFlush({ timeout: 1000 });
    const analytics = new Analytics({
      writeKey: this.o.writeKey,
      host,
      maxRetries: 3,
      flushAt: 50,
      flushInterval: 250,
    });
    this.sdk = { host, analytics };
    return analytics;
  }
}
