import { Injectable } from '@nestjs/common';
import { DRAINS } from '#canonical';
import { Database, Wakes } from '#platform';
import { EndpointsService, tellOfEndpoint } from './endpoints.service.js';

interface Failing {
  readonly id: string;
  readonly name: string;
  readonly since: Date;
  readonly disablesAt: Date;
  /** Quarters of the time until it is disabled that have passed; 4: it is over. */
  readonly quarters: number;
}

/** Looks after endpoints that have failed for long: three notices, at each quarter of the time, then it is disabled. */
@Injectable()
export class EndpointWatch {
  /** Whether any endpoint has a rate, so that its turn must be looked for often. */
  paced = false;

  constructor(
    private readonly db: Database,
    private readonly endpoints: EndpointsService,
    private readonly wakes: Wakes,
  ) {}

  async round(): Promise<number> {
    const [row] = await this.db.query<{ paced: boolean }>(
      `select exists (select from endpoint where state = 'enabled' and rate is not null) as paced`,
    );
    this.paced = row!.paced;
    await this.db.tx(async (tx) => {
      const failing = await tx.query<Failing>(
        `select p.id, p.name, f.failing_since as since, f.failing_since + make_interval(days => p.disable_after_days) as "disablesAt", q.n as quarters
         from endpoint_flow f join endpoint p on p.id = f.endpoint_id
           cross join lateral (select least(4, floor(4 * extract(epoch from now() - f.failing_since) / (86400 * p.disable_after_days)))::integer as n) q
         where p.state = 'enabled' and p.disable_after_days > 0 and f.failing_since < now() - interval '1 hour' and q.n > f.notices
         for update of f skip locked`,
      );
      for (const f of failing) {
        if (f.quarters >= 4)
          await this.endpoints.disable(tx, f.id, {
            en: `nothing was answered well since ${f.since.toISOString()}`,
            zh: `自 ${f.since.toISOString()} 起没有一次成功应答`,
          });
        else
          await tellOfEndpoint(tx, 'endpoint.failing', f, {
            since: f.since.toISOString(),
            disablesAt: f.disablesAt.toISOString(),
          });
        await tx.query('update endpoint_flow set notices = $2 where endpoint_id = $1', [f.id, f.quarters]);
      }
      if (failing.length > 0) tx.afterCommit(() => this.wakes.wake(DRAINS.route));
    });
    return 0;
  }
}
