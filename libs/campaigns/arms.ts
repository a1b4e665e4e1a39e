import { createHash } from 'node:crypto';

const BUCKETS = 10_000;

/**
 * The arm of a client: the first 32 bits of sha256(campaign, client) modulo 10,000, below the control percentage.
 * Drawn before anything is sent and stored; the same for ever for the same campaign and client, and unrelated between
 * campaigns.
 */
export function armOf(campaignId: string, clientId: string, controlPercent: number): 'treatment' | 'control' {
  const bucket = createHash('sha256').update(`${campaignId}/${clientId}`).digest().readUInt32BE(0) % BUCKETS;
  return bucket < Math.round(controlPercent * 100) ? 'control' : 'treatment';
}

/** The same rule in SQL. `campaign` and `percent` are placeholders, `client` a uuid column. */
export function armSql(campaign: string, client: string, percent: string): string {
  const bits = `('x' || encode(substr(sha256(convert_to(${campaign} || '/' || ${client}::text, 'UTF8')), 1, 4), 'hex'))::bit(32)::bigint`;
  return `case when ${bits} % ${BUCKETS} < round(${percent} * 100) then 'control' else 'treatment' end`;
}
