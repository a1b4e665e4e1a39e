import { Injectable } from '@nestjs/common';
import type { Tx } from '#platform';
import { SELECT_BLOCKED } from '../blocked/blocked.sql.js';
import { type Blocked, withBlocked } from '../blocked/with-blocked.js';
import type { Matcher } from '../resolve/matcher.js';
import { DEFAULT_MODEL } from '../model/default-model.js';
import type { MatchModel } from '../model/model.js';
import { matcherOf } from './matcher-of.js';
import { SELECT_ACTIVE, SELECT_MODEL } from './models.sql.js';

/** The version number of the model that the product ships. */
export const SHIPPED = 0;

/** The model that decides now, with what people blocked; kept in memory as long as both are the same. */
@Injectable()
export class ActiveModel {
  private now: { readonly matcher: Matcher; readonly version: number; readonly blocked: string } | undefined;

  async matcher(tx: Tx): Promise<Matcher> {
    const [row] = await tx.query<{ version: number | null; blocked: string }>(SELECT_ACTIVE);
    const { version, blocked } = { ...row!, version: row!.version ?? SHIPPED };
    if (this.now?.version !== version || this.now.blocked !== blocked) {
      const [stored] = version === SHIPPED ? [] : await tx.query<{ model: MatchModel }>(SELECT_MODEL, [version]);
      const model = withBlocked(stored?.model ?? DEFAULT_MODEL, await tx.query<Blocked>(SELECT_BLOCKED));
      this.now = { matcher: matcherOf(model, version), version, blocked };
    }
    return this.now.matcher;
  }
}
