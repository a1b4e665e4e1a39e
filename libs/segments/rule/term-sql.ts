import { addDays, type Day, tradingDaysBefore } from '#canonical';
import type { Term, Window } from './rule.js';

/** Collects the values of a statement and hands out their places. */
export class Values {
  readonly list: unknown[] = [];

  add(value: unknown, type: string): string {
    this.list.push(value);
    return `$${this.list.length}::${type}`;
  }
}

/** A snapshot older than this says nothing about today: the counter has stopped reporting the account. */
const SNAPSHOT_AGE_DAYS = 40;

/**
 * A query that gives a term's value `v` per `client_id`; clients without a row have no value.
 *
 * @param scope "" for everybody, or a condition on `i.client_id`.
 */
export function termQuery(term: Term, asOf: Day, values: Values, scope: string): string {
  switch (term.fn) {
    case 'count':
    case 'sum': {
      const [from, to] = bounds(term.window, asOf);
      const column = term.fn === 'count' ? 'm.n' : 'm.amount';
      return `select i.client_id, sum(${column})::numeric as v
        from measure_day m join source_identity i on i.id = m.identity_id
        where m.kind = ${values.add(term.kind, 'text')} and m.day between ${values.add(from, 'date')} and ${values.add(to, 'date')} ${scope}
        group by 1`;
    }
    case 'days_since': {
      const today = values.add(asOf, 'date');
      return `select i.client_id, (${today} - max(m.day))::numeric as v
        from measure_day m join source_identity i on i.id = m.identity_id
        where m.kind = ${values.add(term.kind, 'text')} and m.day <= ${today} ${scope}
        group by 1`;
    }
    case 'assets': {
      const day = values.add(before(term.ago, asOf), 'date');
      return `select i.client_id, sum(a.v) as v
        from source_identity i cross join lateral (
          select a.${term.part} as v from asset_day a
          where a.identity_id = i.id and a.day <= ${day} and a.day > ${day} - ${SNAPSHOT_AGE_DAYS}
          order by a.day desc limit 1) a
        where true ${scope}
        group by 1`;
    }
    case 'peak':
    case 'mean': {
      const [from, to] = bounds(term.window, asOf);
      const fold = term.fn === 'peak' ? 'max(d.v)' : 'round(avg(d.v), 4)';
      return `select d.client_id, ${fold} as v from (
          select i.client_id, a.day, sum(a.${term.part}) as v
          from asset_day a join source_identity i on i.id = a.identity_id
          where a.day between ${values.add(from, 'date')} and ${values.add(to, 'date')} ${scope}
          group by 1, 2) d
        group by 1`;
    }
    case 'consent':
      return `select distinct on (i.client_id) i.client_id, c.state as v
        from consent c join source_identity i on i.id = c.identity_id
        where c.channel = ${values.add(term.channel, 'text')} and c.purpose = 'marketing' ${scope}
        order by i.client_id, c.occurred_at desc, (c.state = 'denied') desc`;
  }
}

/** What a client without a row has: nothing happened means zero, but no snapshot means no value. */
export function termDefault(term: Term): '0' | undefined {
  return term.fn === 'count' || term.fn === 'sum' ? '0' : undefined;
}

function bounds(w: Window, asOf: Day): [from: Day, to: Day] {
  return [w.unit === 'd' ? addDays(asOf, 1 - w.count) : tradingDaysBefore(asOf, w.count - 1), asOf];
}

function before(w: Window, asOf: Day): Day {
  return w.unit === 'd' ? addDays(asOf, -w.count) : tradingDaysBefore(asOf, w.count);
}
