/** What an agent was started with. */
export interface AgentOptions {
  readonly name: string;
  /** Port where this agent takes commands, when it reaches the hub by TCP. Known once it listens. */
  readonly tcpPort?: () => number;
}

export const AGENT_OPTIONS = Symbol('AgentOptions');
/** The way to the hub. */
export const HUB_CLIENT = Symbol('HubClient');
