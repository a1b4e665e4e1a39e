import { Controller, Inject } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import type {
  ActionResult,
  CheckResult,
  Command,
  ConnectorInstance,
  ProbeResult,
  StreamDescription,
} from '#connector-kit';
import { LOGGER, type Logger } from '#platform';
import { type Answer, type CommandRequest, resultOfError, TO_AGENT } from '#systems';
import { HostedSystems } from './hosted-systems.js';

/** Checks are answered before the hub gives up waiting. */
const CHECK_DEADLINE_MS = 12_000;

/** Performs the hub's commands at the systems this agent hosts. A command is taken off the queue before it runs. */
@Controller()
export class CommandsController {
  constructor(
    private readonly systems: HostedSystems,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  @MessagePattern<string>(TO_AGENT.perform)
  async perform(@Payload() { system, command, timeoutMs }: CommandRequest): Promise<Answer<ActionResult>> {
    const run = this.find<Run<ActionResult>>(system, (i) => i.perform?.[command.action]);
    if (!run.ok) return run;
    try {
      return { ok: true, value: await run.value(command, AbortSignal.timeout(timeoutMs)) };
    } catch (e) {
      this.log.warn({ err: e, system }, 'a command failed');
      return { ok: true, value: resultOfError(e) };
    }
  }

  @MessagePattern<string>(TO_AGENT.probe)
  async probe(@Payload() { system, command, timeoutMs }: CommandRequest): Promise<Answer<ProbeResult>> {
    const run = this.find<Run<ProbeResult>>(system, (i) => i.probe?.[command.action]);
    return run.ok ? answered(run.value(command, AbortSignal.timeout(timeoutMs))) : run;
  }

  @MessagePattern<string>(TO_AGENT.check)
  async check(@Payload() { system }: { system: string }): Promise<Answer<CheckResult[]>> {
    const instance = this.find<ConnectorInstance>(system, (i) => i);
    return instance.ok ? answered(instance.value.check(AbortSignal.timeout(CHECK_DEADLINE_MS))) : instance;
  }

  @MessagePattern<string>(TO_AGENT.discover)
  async discover(@Payload() { system }: { system: string }): Promise<Answer<StreamDescription[]>> {
    const instance = this.find<ConnectorInstance>(system, (i) => i);
    return instance.ok ? answered(instance.value.discover(AbortSignal.timeout(CHECK_DEADLINE_MS))) : instance;
  }

  private find<T>(system: string, pick: (instance: ConnectorInstance) => unknown): Answer<T> {
    try {
      const found = pick(this.systems.instance(system)) as T | undefined;
      if (found === undefined) return { ok: false, code: 'NO_ACTION', message: `${system} does not do this here` };
      return { ok: true, value: found };
    } catch (e) {
      return refusal('NOT_HOSTED', e);
    }
  }
}

type Run<T> = (command: Command, signal: AbortSignal) => Promise<T>;

function answered<T>(work: Promise<T>): Promise<Answer<T>> {
  return work.then(
    (value): Answer<T> => ({ ok: true, value }),
    (e: unknown) => refusal('FAILED', e),
  );
}

function refusal(code: string, e: unknown): Answer<never> {
  return { ok: false, code, message: e instanceof Error ? e.message : String(e) };
}
