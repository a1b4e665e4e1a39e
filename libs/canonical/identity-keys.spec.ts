import { describe, expect, it } from '@jest/globals';
import { clientIdOf, founderRank } from './identity-keys.js';

describe('client ids', () => {
  it('follow from the founding key alone', () => {
    const id = clientIdOf(founderRank({ type: 'customer_no', key: '10000001' }));
    expect(id).toBe(clientIdOf(founderRank({ type: 'customer_no', key: '10000001' })));
    expect(id).not.toBe(clientIdOf(founderRank({ type: 'fund_account', key: '10000001' })));
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it('prefer the customer number to every other key', () => {
    const ranks = [
      founderRank({ type: 'email', key: 'a@b.cn' }),
      founderRank({ type: 'customer_no', key: '99999999' }),
      founderRank({ type: 'id_document', key: '0' }),
    ].toSorted();
    expect(ranks[0]).toBe('10:customer_no:99999999');
  });
});
