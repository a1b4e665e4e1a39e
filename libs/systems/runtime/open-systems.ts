import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { Connector, ConnectorContext, ConnectorInstance } from '#connector-kit';
import { CLOCK, type Clock, Egress, LOGGER, type Logger } from '#platform';
import type { System } from '../system.entity.js';
import { SystemsService } from '../systems.service.js';
import { connectorContext } from './connector-context.js';

export const PUBLIC_URL = Symbol('PublicUrl');

/** One opened system and the version of its settings. */
export interface OpenSystem {
  readonly system: System;
  readonly connector: Connector<never>;
  readonly instance: ConnectorInstance;
}

/** Opens connectors with their settings and keeps them open until the settings change. */
@Injectable()
export class OpenSystems implements OnApplicationShutdown {
  private readonly open = new Map<string, Promise<OpenSystem>>();

  constructor(
    private readonly systems: SystemsService,
    private readonly egress: Egress,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly log: Logger,
    @Inject(PUBLIC_URL) private readonly publicUrl: () => string,
  ) {}

  /**
   * The opened system; opened anew when its version has grown.
   *
   * @param staleMs see `SystemsService.get`.
   * @throws NOT_FOUND, or what the connector throws.
   */
  async get(code: string, staleMs = 0): Promise<OpenSystem> {
    const system = await this.systems.get(code, staleMs);
    const known = await this.open.get(code)?.catch(() => undefined);
    if (known?.system.version === system.version) return known;
    const opening = this.openNow(system);
    this.open.set(code, opening);
    opening.catch(() => this.open.get(code) === opening && this.open.delete(code));
    void known?.instance.close().catch(() => {});
    return opening;
  }

  /** Opens a system that is not stored, to check its settings; the caller closes it. */
  openOnce(connector: Connector<never>, code: string, settings: unknown): Promise<ConnectorInstance> {
    const context = connectorContext({
      system: code,
      settings,
      egress: this.egress,
      clock: this.clock,
      log: this.log,
      publicUrl: this.publicUrl(),
    });
    return Promise.resolve(connector.open(context as ConnectorContext<never>));
  }

  async onApplicationShutdown(): Promise<void> {
    for (const opening of this.open.values()) await opening.then((o) => o.instance.close()).catch(() => {});
    this.open.clear();
  }

  private async openNow(system: System): Promise<OpenSystem> {
    const connector = this.systems.connectorOf(system.connector);
    const instance = await this.openOnce(connector, system.code, await this.systems.resolved(system));
    return { system, connector, instance };
  }
}
