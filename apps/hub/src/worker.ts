import { Inject, Injectable, type OnApplicationBootstrap, type BeforeApplicationShutdown } from '@nestjs/common';
import { AdvanceService } from '#campaigns';
import { DRAINS } from '#canonical';
import { Performer } from '#effects';
import { ApplyService } from '#ingest';
import { Drain, LOGGER, type Logger, Pulse, Wakes } from '#platform';
import { SegmentsService } from '#segments';
import { Deliverer } from '#webhooks';

/** The worker role: every drain of the flow, started together and stopped in the order of the flow. */
@Injectable()
export class Worker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private drains: Drain[] = [];

  constructor(
    private readonly apply: ApplyService,
    private readonly segments: SegmentsService,
    private readonly advance: AdvanceService,
    private readonly performer: Performer,
    private readonly deliverer: Deliverer,
    private readonly pulse: Pulse,
    private readonly wakes: Wakes,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.pulse.start();
    this.drain(DRAINS.apply, async () => {
      const n = await this.apply.round();
      if (n > 0) for (const next of [DRAINS.segments, DRAINS.route]) this.wakes.wake(next);
      return n;
    });
    this.drain(DRAINS.segments, () => this.segments.round());
    this.drain(DRAINS.campaigns, () => this.advance.round());
    this.performer.start();
    this.deliverer.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.drains.map((d) => d.stop()));
    await this.performer.stop();
    await this.deliverer.stop();
    await this.pulse.stop();
  }

  private drain(name: string, round: () => Promise<number>): void {
    const drain = new Drain({ name, log: this.log, round });
    this.wakes.register(name, drain);
    this.drains.push(drain);
    drain.start();
  }
}
