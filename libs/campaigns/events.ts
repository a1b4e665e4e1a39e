import { type NewEvent, publicId } from '#platform';
import type { Campaign } from './campaign.entity.js';

/** What others hear when a campaign changes its state. */
export function campaignEvent(type: string, c: Pick<Campaign, 'id' | 'code' | 'version' | 'state'>): NewEvent {
  const id = publicId('cmp', c.id);
  return {
    type,
    subject: `campaign/${id}`,
    origin: 'live',
    data: { campaign: id, code: c.code, version: c.version, state: c.state },
  };
}
