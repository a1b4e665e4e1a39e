import { setTimeout as pause } from 'node:timers/promises';
import type { Faults } from '../peer.js';
import type { Random } from '../people/person.js';

/** How a sick system treats a request: performs and answers it, answers 5xx and does nothing, or never answers. */
export type Treatment = 'well' | 'fail' | 'drop';

export class Sickness {
  private faults: Faults = {};

  constructor(private readonly random: Random) {}

  set(faults: Faults): void {
    this.faults = faults;
  }

  /** Waits as long as the system is slow, then says what happens to the request. */
  async treat(): Promise<Treatment> {
    const { delayMs = 0, failRatio = 0, dropAnswerRatio = 0 } = this.faults;
    if (delayMs > 0) await pause(delayMs);
    if (this.random() < failRatio) return 'fail';
    return this.random() < dropAnswerRatio ? 'drop' : 'well';
  }
}
