import { Inject, Injectable, Optional } from '@nestjs/common';
import type { ActionName } from '#canonical';
import {
  type ActionResult,
  type ActionSpec,
  type CheckResult,
  type Command,
  ConfigError,
  type ProbeResult,
  RejectedError,
  type StreamDescription,
  sendFault,
  TransientError,
} from '#connector-kit';
import { EgressRefused } from '#platform';
import type { System } from '../system.entity.js';
import { systemErrors } from '../systems.errors.js';
import { SystemsService } from '../systems.service.js';
import { OpenSystems } from './open-systems.js';

/** Reaches the connector of a system that an agent hosts. */
export interface AgentLink {
  perform(agent: string, system: string, command: Command, timeoutMs: number): Promise<ActionResult>;
  probe(agent: string, system: string, command: Command, timeoutMs: number): Promise<ProbeResult>;
  check(agent: string, system: string): Promise<CheckResult[]>;
  discover(agent: string, system: string): Promise<StreamDescription[]>;
}
const CHECK_DEADLINE_MS = 15_000;
/** Changed settings take effect on actions within this time (milliseconds). */
const SETTINGS_AGE_MS = 1000;
export const AGENT_LINK = Symbol('AgentLink');

/** Performs commands at target systems, wherever their connector runs, and turns every failure into a result. */
@Injectable()
export class Gateway {
  constructor(
    private readonly systems: SystemsService,
    private readonly open: OpenSystems,
    @Optional() @Inject(AGENT_LINK) private readonly agents?: AgentLink,
  ) {}

  /** How a system performs an action. @throws SYSTEM_HAS_NO_ACTION. */
  specOf(system: System, action: ActionName): ActionSpec {
    const actions = this.systems.connectorOf(system.connector).actions ?? {};
    const spec = actions[action];
    if (!spec)
      throw systemErrors.SYSTEM_HAS_NO_ACTION({
        system: system.code,
        action,
        available: Object.keys(actions).join(', ') || 'nothing',
      });
    return spec;
  }

  /** The actions of a system whose outcome is found by asking with `probe`. */
  polledActions(system: System): ActionName[] {
    const actions = this.systems.findConnector(system.connector)?.actions ?? {};
    return (Object.keys(actions) as ActionName[]).filter((name) => actions[name]?.outcome === 'poll');
  }

  /** Never throws: what went wrong is classed by whether the command may have been made. */
  async perform(code: string, command: Command): Promise<ActionResult> {
    let send: () => Promise<ActionResult>;
    try {
      send = await this.prepare(code, command);
    } catch (e) {
      const result = resultOfError(e);
      // Nothing has left yet, whatever failed: the database that holds the settings, or the connector's opening.
      return result.status === 'unknown' ? { status: 'retry', detail: result.detail ?? '' } : result;
    }
    return send().catch(resultOfError);
  }

  /** Everything that comes before the first byte to the target. */
  private async prepare(code: string, command: Command): Promise<() => Promise<ActionResult>> {
    const system = await this.systems.get(code, SETTINGS_AGE_MS);
    const { timeoutMs } = this.specOf(system, command.action);
    const { agent } = system;
    if (agent !== null) {
      const link = this.link(agent);
      return () => link.perform(agent, code, command, timeoutMs);
    }
    const { instance } = await this.open.get(code, SETTINGS_AGE_MS);
    const run = instance.perform?.[command.action] as
      ((c: Command, s: AbortSignal) => Promise<ActionResult>) | undefined;
    if (!run) {
      const detail = `the connector of ${code} does not perform ${command.action} in these settings`;
      return async () => ({ status: 'retry', detail });
    }
    return async () => run(command, AbortSignal.timeout(timeoutMs));
  }

  /** @throws when the target cannot be asked; nothing is known then. */
  async probe(code: string, command: Command): Promise<ProbeResult> {
    const system = await this.systems.get(code, SETTINGS_AGE_MS);
    const { timeoutMs } = this.specOf(system, command.action);
    if (system.agent !== null) return this.link(system.agent).probe(system.agent, code, command, timeoutMs);
    const { instance } = await this.open.get(code, SETTINGS_AGE_MS);
    const run = instance.probe?.[command.action] as ((c: Command, s: AbortSignal) => Promise<ProbeResult>) | undefined;
    if (!run) throw new Error(`the connector of ${code} cannot be asked about ${command.action}`);
    return run(command, AbortSignal.timeout(timeoutMs));
  }

  /** Checks a system where its connector runs. */
  async check(code: string): Promise<CheckResult[]> {
    const { agent } = await this.systems.get(code);
    if (agent !== null) return this.link(agent).check(agent, code);
    return (await this.open.get(code)).instance.check(AbortSignal.timeout(CHECK_DEADLINE_MS));
  }

  async discover(code: string): Promise<StreamDescription[]> {
    const { agent } = await this.systems.get(code);
    if (agent !== null) return this.link(agent).discover(agent, code);
    return (await this.open.get(code)).instance.discover(AbortSignal.timeout(CHECK_DEADLINE_MS));
  }

  private link(agent: string): AgentLink {
    if (!this.agents)
      throw new TransientError(
        `no broker is configured, so the agent "${agent}" cannot be reached (ISTHMUS_BROKER_URL)`,
      );
    return this.agents;
  }
}

/** What a throw out of `perform` means for the command. Unknown errors are taken as "it may have been made". */
export function resultOfError(e: unknown): ActionResult {
  const detail = e instanceof Error ? e.message : String(e);
  if (e instanceof RejectedError) return { status: 'rejected', detail };
  if (e instanceof ConfigError || e instanceof EgressRefused) return { status: 'retry', afterMs: 30_000, detail };
  if (e instanceof TransientError)
    return { status: 'retry', detail, ...(e.retryAfterMs === undefined ? {} : { afterMs: e.retryAfterMs }) };
  return sendFault(e) === 'not_sent' ? { status: 'retry', detail } : { status: 'unknown', detail };
}
