import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { ClientTCP } from '@nestjs/microservices';
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
  BrokerClient,
  NotSentError,
  type Peer,
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
  private readonly clients = new Map<string, Peer>();
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
      return await ask<ActionResult>(client, TO_AGENT.perform, { system, command, timeoutMs }, timeoutMs + SLACK_MS);
    } catch (e) {
      if (e instanceof NotSentError || e instanceof RemoteError) return { status: 'retry', detail: e.message };
      if (e instanceof TransientError) return { status: 'unknown', detail: e.message };
      return resultOfError(e);
    }
  }

  probe(agent: string, system: string, command: Command, timeoutMs: number): Promise<ProbeResult> {
    return ask<ProbeResult>(this.client(agent), TO_AGENT.probe, { system, command, timeoutMs }, timeoutMs + SLACK_MS);
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

  private client(agent: string): Peer {
    let client = this.clients.get(agent);
    if (!client) this.clients.set(agent, (client = this.connect(agent)));
    return client;
  }

  private connect(agent: string): Peer {
    const port = this.ports.get(agent);
    if (this.broker) return new BrokerClient(this.broker.url, agentQueue(this.broker.prefix, agent));
    if (port !== undefined) return new ClientTCP({ host: '127.0.0.1', port });
    throw new TransientError(`the agent "${agent}" has not said hello yet`);
  }
}
