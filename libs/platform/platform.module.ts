import { type DynamicModule, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import type { Logger } from 'pino';
import { CLOCK, type Clock, systemClock } from './clock.js';
import { Egress, type EgressOptions } from './egress/egress.js';
import { LOGGER } from './log.js';
import { Metrics } from './metrics.js';
import { Envelope } from './secrets/envelope.js';

export interface PlatformOptions {
  readonly log: Logger;
  readonly version: string;
  readonly egress: EgressOptions;
  readonly masterKeys: readonly Buffer[];
  readonly clock?: Clock;
}

/** What every part of the product stands on. Global; it knows no business words. */
@Module({})
export class PlatformModule implements OnApplicationShutdown {
  constructor(@Inject(Egress) private readonly egress: Egress) {}

  static with(o: PlatformOptions): DynamicModule {
    const providers = [
      { provide: LOGGER, useValue: o.log },
      { provide: CLOCK, useValue: o.clock ?? systemClock },
      { provide: Egress, useValue: new Egress(o.egress) },
      { provide: Envelope, useValue: new Envelope(o.masterKeys) },
      { provide: Metrics, useValue: Metrics.collecting(o.version) },
    ];
    return { module: PlatformModule, global: true, providers, exports: providers.map((p) => p.provide) };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.egress.close();
  }
}
