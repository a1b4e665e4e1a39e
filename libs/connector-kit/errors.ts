/**
 * The errors of a connector say by class who must act. The runtime, never the connector, decides what follows.
 * Texts may be shown to operators: no secrets, no personal data.
 */
abstract class ConnectorError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** An operator must change the settings, a password or a permission; trying again changes nothing. */
export class ConfigError extends ConnectorError {
  constructor(
    message: string,
    /** The next step, in the imperative. */
    readonly nextStep: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** What the source sent cannot be read; the stream itself may go on. */
export class SourceDataError extends ConnectorError {}

/** The other side is away or overloaded; try again. */
export class TransientError extends ConnectorError {
  constructor(
    message: string,
    /** What the other side asked for (Retry-After), in milliseconds. */
    readonly retryAfterMs?: number,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** The target refused for good: a final outcome. */
export class RejectedError extends ConnectorError {}
