import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { type ClientProxy, ClientProxyFactory, Transport } from '@nestjs/microservices';
import {
  type ActionResult,
  type CheckResult,
  type Command,
  type ProbeResult,
  type StreamDescription,
  TransientError,
} from '#connector-kit';
import {
  agentQueue,
  type AgentLink,
  ask,
  QUEUE_OPTIONS,
  RemoteError,
  REQUEST_TIMEOUT_MS,
  resultOfError,
  TO_AGENT,
} from '#systems';

/** Answers take their way too: a little more than the command itself may take. */
const SLACK_MS = 2000;

/**
 * How the hub reaches its agents: by their queue on the broker, or, without one, by the port an agent of this machine
 * has said hello with.
 */
@Injectable()
export class AgentDirectory implements AgentLink, OnApplicationShutdown {
  private readonly clients = new Map<string, ClientProxy>();
  private readonly ports = new Map<string, number>();

  constructor(private readonly broker: { readonly url: string; readonly prefix: string } | undefined) {}

  reachableAt(agent: string, port: number): void {
    if (this.ports.get(agent) === port) return;
    this.ports.set(agent, port);
    void this.clients.get(agent)?.close();
    this.clients.delete(agent);
  }

  /** A command without an answer may have been made: `unknown`. */
  async perform(agent: string, system: string, command: Command, timeoutMs: number): Promise<ActionResult> {
    const client = this.client(agent);
    try {
      return await ask<ActionResult>(client, TO_AGENT.perform, { system, command }, timeoutMs + SLACK_MS);
    } catch (e) {
      if (e instanceof RemoteError) return { status: 'retry', detail: e.message };
      if (e instanceof TransientError) return { status: 'unknown', detail: e.message };
      return resultOfError(e);
    }
  }

  probe(agent: string, system: string, command: Command, timeoutMs: number): Promise<ProbeResult> {
    return ask<ProbeResult>(this.client(agent), TO_AGENT.probe, { system, command }, timeoutMs + SLACK_MS);
  }

  check(agent: string, system: string): Promise<CheckResult[]> {
    return ask<CheckResult[]>(this.client(agent), TO_AGENT.check, { system }, REQUEST_TIMEOUT_MS);
  }

  discover(agent: string, system: string): Promise<StreamDescription[]> {
    return ask<StreamDescription[]>(this.client(agent), TO_AGENT.discover, { system }, REQUEST_TIMEOUT_MS);
  }

  async onApplicationShutdown(): Promise<void> {
    for (const client of this.clients.values()) await Promise.resolve(client.close()).catch(() => {});
  }

  private client(agent: string): ClientProxy {
    let client = this.clients.get(agent);
    if (!client) this.clients.set(agent, (client = this.connect(agent)));
    return client;
  }

  private connect(agent: string): ClientProxy {
    const port = this.ports.get(agent);
    if (this.broker)
      return ClientProxyFactory.create({
        transport: Transport.RMQ,
        options: {
          urls: [this.broker.url],
          queue: agentQueue(this.broker.prefix, agent),
          queueOptions: QUEUE_OPTIONS,
          persistent: true,
        },
      });
    if (port !== undefined)
      return ClientProxyFactory.create({ transport: Transport.TCP, options: { host: '127.0.0.1', port } });
    throw new TransientError(`the agent "${agent}" has not said hello yet`);
  }
}
