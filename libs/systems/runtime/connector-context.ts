import type { ConnectorContext } from '#connector-kit';
import type { Clock, Egress, Logger } from '#platform';

/** What a connector is given, in the hub and in an agent alike. */
export function connectorContext<S>(o: {
  system: string;
  settings: S;
  egress: Egress;
  clock: Clock;
  log: Logger;
  publicUrl: string;
}): ConnectorContext<S> {
  const log = o.log.child({ system: o.system });
  return {
    system: o.system,
    settings: o.settings,
    http: o.egress.http(),
    resolve: (host) => o.egress.resolve(host),
    publicUrl: o.publicUrl,
    log: {
      debug: (detail, text) => log.debug(detail, text),
      info: (detail, text) => log.info(detail, text),
      warn: (detail, text) => log.warn(detail, text),
    },
    now: () => o.clock.now(),
  };
}
