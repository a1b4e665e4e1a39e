import { Injectable } from '@nestjs/common';
import type { ActionName } from '#canonical';
import type { ActionSpec } from '#connector-kit';
import { platformErrors, type Tx } from '#platform';
import { Gateway, System } from '#systems';

/** Where an action goes, and how it can be made once there. */
export interface Target {
  readonly systemId: number;
  readonly spec: ActionSpec;
}

/** Finds the system that is to perform an action. */
@Injectable()
export class TargetsService {
  constructor(private readonly gateway: Gateway) {}

  /** @throws NOT_FOUND, SYSTEM_HAS_NO_ACTION. */
  async find(tx: Tx, system: string, action: ActionName): Promise<Target> {
    const found = await tx.manager.findOneBy(System, { code: system });
    if (!found) throw platformErrors.NOT_FOUND({ what: 'system', id: system });
    return { systemId: found.id, spec: this.gateway.specOf(found, action) };
  }
}
