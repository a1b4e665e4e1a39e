import { Injectable } from '@nestjs/common';
import type { Tx } from '#platform';
import type { Matcher } from '../resolve/matcher.js';
import { DEFAULT_MODEL } from '../model/default-model.js';
import type { MatchModel } from '../model/model.js';
import { matcherOf } from './matcher-of.js';
import { SELECT_ACTIVE, SELECT_MODEL } from './models.sql.js';

/** The version number of the model that the product ships. */
export const SHIPPED = 0;

/** The model that decides now, kept in memory as long as it is the active one. */
@Injectable()
export class ActiveModel {
  private matcherNow: Matcher | undefined;

  async matcher(tx: Tx): Promise<Matcher> {
    const [row] = await tx.query<{ version: number }>(SELECT_ACTIVE);
    const version = row?.version ?? SHIPPED;
    if (this.matcherNow?.version !== version) {
      const [stored] = row ? await tx.query<{ model: MatchModel }>(SELECT_MODEL, [version]) : [];
      this.matcherNow = matcherOf(stored?.model ?? DEFAULT_MODEL, version);
    }
    return this.matcherNow!;
  }
}
