import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FirmAndHub } from '../support/firm-and-hub.js';
import { qualityOf } from '../support/truth.js';

/** Seeds that nothing was tuned on, with clean books and with the usual dirt. */
const FIRMS = [
  { seed: 'unseen-7', dirt: 'none', clients: 500 },
  { seed: 'unseen-31', dirt: 'usual', clients: 1500 },
  { seed: 'unseen-43', dirt: 'usual', clients: 1500 },
];

describe.each(FIRMS)('the firm $seed with $dirt dirt, after its whole history', ({ seed, dirt, clients }) => {
  let both: FirmAndHub;

  beforeAll(async () => {
    both = await FirmAndHub.start({ clients, queue: 'postgres', seed, dirt });
  }, 240_000);
  afterAll(() => both.stop());

  it('is known person by person: precision at least .995, recall of what can be linked at least .99', async () => {
    const found = await qualityOf(both);
    expect(found.linkable).toBeGreaterThan(100);
    expect(found.precision).toBeGreaterThanOrEqual(0.995);
    expect(found.recall).toBeGreaterThanOrEqual(0.99);
  });
});
