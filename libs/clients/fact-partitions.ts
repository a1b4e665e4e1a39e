import { Injectable } from '@nestjs/common';
import { Database } from '#platform';

const FIRST_MONTH = '2000-01';

/**
 * Facts are partitioned by month. A month gets its partition before its first fact is written; months before 2000 and
 * more than two months ahead (a source with a wrong clock) stay in the default partition.
 */
@Injectable()
export class FactPartitions {
  private readonly made = new Set<string>();

  constructor(private readonly db: Database) {}

  /** @param months as `YYYY-MM`. Safe to call from several processes at once. */
  async ensure(months: readonly string[], now: Date): Promise<void> {
    const last = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 2, 1)).toISOString().slice(0, 7);
    for (const month of months) {
      if (this.made.has(month) || month < FIRST_MONTH || month > last) continue;
      const [y, m] = month.split('-').map(Number);
      const next = new Date(Date.UTC(y!, m!, 1)).toISOString().slice(0, 10);
      const name = `fact_${month.replace('-', '_')}`;
      await this.db.query(
        `create table if not exists ${name} partition of fact for values from ('${month}-01Z') to ('${next}Z')`,
      );
      this.made.add(month);
    }
  }
}
