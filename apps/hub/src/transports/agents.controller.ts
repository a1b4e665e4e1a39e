import { Controller, Inject } from '@nestjs/common';
import { Ctx, MessagePattern, Payload, RmqContext } from '@nestjs/microservices';
import { InboxService } from '#ingest';
import { IsthmusError, isDatabaseUnavailable, LOGGER, type Logger, platformErrors } from '#platform';
import {
  type Answer,
  type Assignment,
  type CommitRequest,
  fromWire,
  type Hello,
  type PositionRequest,
  type ReportRequest,
  type StreamPosition,
  SystemsService,
  TO_HUB,
} from '#systems';
import { HUB_OPTIONS, type HubOptions } from '../hub-options.js';
import { AgentDirectory } from './agent-directory.js';

/**
 * The hub's side of its agents: they say which systems they host, read stream positions, and commit what they read.
 * A message is acknowledged to the broker after the commit; an agent may speak only for systems that name it.
 */
@Controller()
export class AgentsController {
  constructor(
    private readonly inbox: InboxService,
    private readonly systems: SystemsService,
    private readonly directory: AgentDirectory,
    @Inject(HUB_OPTIONS) private readonly hub: HubOptions,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  @MessagePattern<string>(TO_HUB.hello)
  hello(@Payload() { agent, tcpPort }: Hello, @Ctx() context: unknown): Promise<Answer<Assignment>> {
    return this.answered(context, async () => {
      if (tcpPort !== undefined) this.directory.reachableAt(agent, tcpPort);
      const mine = (await this.systems.list()).filter((s) => s.agent === agent && s.state === 'active');
      const systems = mine.map((s) => ({
        code: s.code,
        connector: s.connector,
        version: s.version,
        settings: s.settings,
      }));
      return { publicUrl: this.hub.publicUrl(), systems };
    });
  }

  @MessagePattern<string>(TO_HUB.position)
  position(@Payload() r: PositionRequest, @Ctx() context: unknown): Promise<Answer<StreamPosition>> {
    return this.answered(context, async () => {
      await this.mayspeak(r.agent, r.system);
      return this.inbox.position(r.system, r.stream);
    });
  }

  @MessagePattern<string>(TO_HUB.commit)
  commit(@Payload() { agent, batch }: CommitRequest, @Ctx() context: unknown): Promise<Answer<StreamPosition>> {
    return this.answered(context, async () => {
      await this.mayspeak(agent, batch.system);
      return this.inbox.commit({ ...batch, messages: fromWire(batch.messages) });
    });
  }

  @MessagePattern<string>(TO_HUB.report)
  report(@Payload() { agent, system, stream, error }: ReportRequest, @Ctx() context: unknown): Promise<Answer<null>> {
    return this.answered(context, async () => {
      await this.mayspeak(agent, system);
      await this.inbox.report(system, stream, error ?? undefined);
      return null;
    });
  }

  private async mayspeak(agent: string, code: string): Promise<void> {
    const system = await this.systems.get(code);
    if (system.agent !== agent) throw platformErrors.NOT_FOUND({ what: `system of the agent ${agent}`, id: code });
  }

  /** Runs the work, then acknowledges, whatever came of it: an error is an answer too, and the agent tries again. */
  private async answered<T>(context: unknown, work: () => Promise<T>): Promise<Answer<T>> {
    try {
      return { ok: true, value: await work() };
    } catch (e) {
      const error =
        e instanceof IsthmusError
          ? e
          : isDatabaseUnavailable(e)
            ? platformErrors.DATABASE_UNAVAILABLE()
            : platformErrors.INTERNAL();
      this.log.warn({ err: e }, 'a request of an agent failed');
      return { ok: false, code: error.code, message: error.message };
    } finally {
      this.acknowledge(context);
    }
  }

  /** When the broker went away meanwhile, it gives the message out again: a repeat changes nothing. */
  private acknowledge(context: unknown): void {
    if (!(context instanceof RmqContext)) return;
    try {
      (context.getChannelRef() as { ack(m: unknown): void }).ack(context.getMessage());
    } catch (e) {
      this.log.debug({ err: e }, 'a message could not be acknowledged; the broker will repeat it');
    }
  }
}
