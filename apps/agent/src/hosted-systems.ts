import { Inject, Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import type { ConnectorContext, ConnectorInstance } from '#connector-kit';
import { CLOCK, type Clock, Egress, LOGGER, type Logger } from '#platform';
import {
  ask,
  type Assignment,
  ConnectorCatalogue,
  connectorContext,
  type Hello,
  type Peer,
  REQUEST_TIMEOUT_MS,
  resolveSettings,
  StreamRunner,
  TO_HUB,
  validateSettings,
} from '#systems';
import { AGENT_OPTIONS, type AgentOptions, HUB_CLIENT } from './agent-options.js';
import { RemoteSink } from './remote-sink.js';

const HELLO_MS = 3000;
/** How long a batch under way may still be answered when the agent stops, milliseconds. */
const GOODBYE_MS = 2000;

interface Hosted {
  readonly version: number;
  readonly instance: ConnectorInstance;
  readonly abort: AbortController;
  readonly ended: Promise<void>;
}

/**
 * Runs the systems that the hub has assigned to this agent. Every few seconds it says hello and compares: what is new
 * is opened, what changed is opened anew, what was taken away is closed. While the hub is away everything goes on
 * trying.
 */
@Injectable()
export class HostedSystems implements BeforeApplicationShutdown {
  private readonly hosted = new Map<string, Hosted>();
  private readonly abort = new AbortController();
  /** Ends the waits for answers, a moment after everything was told to end. */
  private readonly leaving = new AbortController();
  private readonly sink: RemoteSink;
  private loop: Promise<void> | undefined;

  constructor(
    @Inject(HUB_CLIENT) private readonly hub: Peer,
    @Inject(AGENT_OPTIONS) private readonly options: AgentOptions,
    private readonly catalogue: ConnectorCatalogue,
    private readonly egress: Egress,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly log: Logger,
  ) {
    this.sink = new RemoteSink(hub, options.name, this.leaving.signal);
  }

  start(): void {
    this.loop ??= this.watch();
  }

  /** The opened connector of a system. @throws Error when this agent does not host it. */
  instance(system: string): ConnectorInstance {
    const hosted = this.hosted.get(system);
    if (!hosted) throw new Error(`the agent ${this.options.name} does not host ${system}`);
    return hosted.instance;
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.abort.abort();
    for (const h of this.hosted.values()) h.abort.abort();
    const patience = setTimeout(() => this.leaving.abort(), GOODBYE_MS);
    await this.loop;
    await Promise.all([...this.hosted.keys()].map((code) => this.close(code)));
    clearTimeout(patience);
  }

  private async watch(): Promise<void> {
    while (!this.abort.signal.aborted) {
      try {
        await this.compare();
      } catch (e) {
        this.log.warn({ err: e }, 'the hub does not answer; will say hello again');
      }
      await this.clock.sleep(HELLO_MS, this.abort.signal).catch(() => {});
    }
  }

  private async compare(): Promise<void> {
    const hello: Hello = {
      agent: this.options.name,
      ...(this.options.tcpPort === undefined ? {} : { tcpPort: this.options.tcpPort() }),
    };
    const assigned = await ask<Assignment>(this.hub, TO_HUB.hello, hello, REQUEST_TIMEOUT_MS, this.leaving.signal);
    const wanted = new Map(assigned.systems.map((s) => [s.code, s]));
    for (const [code, h] of this.hosted) if (wanted.get(code)?.version !== h.version) await this.close(code);
    for (const system of wanted.values())
      if (!this.hosted.has(system.code)) await this.open(system, assigned.publicUrl);
  }

  private async open(system: Assignment['systems'][number], publicUrl: string): Promise<void> {
    try {
      const connector = this.catalogue.get(system.connector);
      if (!connector) throw new Error(`this agent has no connector "${system.connector}"`);
      const settings = validateSettings(
        connector,
        resolveSettings(system.code, system.settings, new Map(), undefined, process.env),
      );
      const context = connectorContext({
        system: system.code,
        settings,
        egress: this.egress,
        clock: this.clock,
        log: this.log,
        publicUrl,
      });
      const instance = await connector.open(context as ConnectorContext<never>);
      const abort = new AbortController();
      const runner = new StreamRunner({
        system: system.code,
        instance,
        sink: this.sink,
        clock: this.clock,
        log: this.log,
      });
      this.hosted.set(system.code, { version: system.version, instance, abort, ended: runner.run(abort.signal) });
      this.log.info({ system: system.code, connector: system.connector }, 'hosting a system');
    } catch (e) {
      this.log.warn({ err: e, system: system.code }, 'a system could not be opened');
      const message = e instanceof Error ? e.message : String(e);
      await this.sink.report(system.code, 'session', {
        class: 'config',
        message,
        nextStep: `Check the system's settings and the environment of the agent ${this.options.name}.`,
        at: this.clock.now().toISOString(),
      });
    }
  }

  private async close(code: string): Promise<void> {
    const hosted = this.hosted.get(code);
    this.hosted.delete(code);
    hosted?.abort.abort();
    await hosted?.ended;
    await hosted?.instance.close().catch(() => {});
  }
}
