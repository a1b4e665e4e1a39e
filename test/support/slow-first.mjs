import Sequencer from '@jest/test-sequencer';

/** Projects whose files take long: one begun last would leave a core without work at the end. */
const SLOW = new Set(['faults', 'journey', 'contract']);

export default class SlowFirst extends Sequencer {
  sort(tests) {
    const slow = (test) => SLOW.has(test.context.config.displayName.name);
    return super.sort(tests).toSorted((a, b) => Number(slow(b)) - Number(slow(a)));
  }
}
