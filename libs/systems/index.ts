export { ConnectorCatalogue } from './connector-catalogue.js';
export { connectorContext } from './runtime/connector-context.js';
export { AGENT_LINK, type AgentLink, Gateway, resultOfError } from './runtime/gateway.js';
export { type OpenSystem, OpenSystems } from './runtime/open-systems.js';
export type { Sink, SinkBatch, StateStep, StreamPosition } from './runtime/sink.js';
export { type RunnerOptions, StreamRunner } from './runtime/stream-runner.js';
export { Supervisor } from './runtime/supervisor.js';
export { resolveSettings, type SystemSettings, validateSettings } from './settings-of-system.js';
export { Stream, type StreamError, System } from './system.entity.js';
export { systemErrors } from './systems.errors.js';
export { SystemsModule, type SystemsOptions } from './systems.module.js';
export { healthy, type RegisterSystem, SystemsService, type SystemView } from './systems.service.js';
export { ask, NotSentError, type Peer, RemoteError } from './transport/ask.js';
export { BrokerClient, BrokerServer } from './transport/broker.js';
export {
  agentQueue,
  type Answer,
  type Assignment,
  type CommandRequest,
  type CommitRequest,
  fromWire,
  type Hello,
  hubQueue,
  type PositionRequest,
  type ReportRequest,
  REQUEST_TIMEOUT_MS,
  TO_AGENT,
  TO_HUB,
  toWire,
} from './transport/protocol.js';
