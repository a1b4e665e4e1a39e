import { createHash } from 'node:crypto';
import type { ActionName } from '#canonical';
import { previewActions, type ReserveRequest, type Target } from '#effects';
import type { Tx } from '#platform';
import type { CampaignSpec, Step } from './campaign-spec.js';
import { armSql } from './arms.js';
import type { Campaign, PlanSummary } from './campaign.entity.js';
import { parseContents, renderContents } from './contents.js';

/** Which parameter of each action is the client's contact point; contents need not repeat it. */
const CONTACT_PARAM: Record<ActionName, string | undefined> = {
  'call.task': 'phone',
  'email.send': 'to',
  'web.message': 'userId',
  'commission.set': 'fundAccount',
};

/** What the effect ledger needs to reserve one step. */
export function stepRequest(
  campaign: Campaign,
  spec: CampaignSpec,
  step: Step,
  target: Target,
  heldOut: ReadonlySet<string>,
  now: Date,
): ReserveRequest {
  const { action } = step;
  const contact = CONTACT_PARAM[action];
  const contents = parseContents({ ...(contact ? { [contact]: '{{client.contact}}' } : {}), ...step.params });
  return {
    campaignId: campaign.id,
    version: campaign.version,
    step: step.key,
    action,
    ...target,
    guards: spec.guards,
    expiresSeconds: step.expires / 1000,
    waitMs: step.wait,
    now,
    heldOut,
    params: (client) => renderContents(contents, client),
  };
}

/** Freezes who the campaign means: the segment's members now, each with its arm. One statement, whatever the size. */
export async function freezeAudience(
  tx: Tx,
  campaign: Campaign,
  spec: CampaignSpec,
  segmentId: string,
): Promise<{ audience: number; control: number }> {
  await tx.query('delete from campaign_client where campaign_id = $1 and version = $2', [
    campaign.id,
    campaign.version,
  ]);
  const [row] = await tx.query<{ audience: number; control: number }>(
    `with c as (
       insert into campaign_client (campaign_id, version, client_id, arm)
       select $1, $2, m.client_id, ${armSql('$4::text', 'm.client_id', '$5::numeric')}
       from segment_member m
       where m.segment_id = $3
         and not exists (select from client c where c.id = m.client_id and c.merged_into is not null)
       returning arm
     )
     select count(*)::int as audience, count(*) filter (where arm = 'control')::int as control from c`,
    [campaign.id, campaign.version, segmentId, campaign.id, spec.control],
  );
  return row!;
}

const PREVIEW_CHUNK = 5000;

/** What the gates would say of the first step, for every client of the plan. */
export async function previewPlan(
  tx: Tx,
  campaign: Campaign,
  request: ReserveRequest,
): Promise<Pick<PlanSummary, 'ready' | 'suppressed'>> {
  const suppressed: Record<string, number> = {};
  let ready = 0;
  for (let after: string | null = null; ;) {
    const rows: { client_id: string; arm: string }[] = await tx.query(
      `select client_id, arm from campaign_client
       where campaign_id = $1 and version = $2 and ($3::uuid is null or client_id > $3) order by client_id limit ${PREVIEW_CHUNK}`,
      [campaign.id, campaign.version, after],
    );
    if (rows.length === 0) return { ready, suppressed };
    after = rows.at(-1)!.client_id;
    const treated = rows.filter((r) => r.arm === 'treatment').map((r) => r.client_id);
    for (const { state, reason } of await previewActions(tx, request, treated))
      if (state === 'ready') ready++;
      else suppressed[reason] = (suppressed[reason] ?? 0) + 1;
  }
}

/**
 * What an approval binds: everybody with their arm, the contents and rules, and the segment's rule. Any difference,
 * however made, gives another hash.
 */
export async function planHash(tx: Tx, campaign: Campaign, segment: PlanSummary['segment']): Promise<Buffer> {
  const [row] = await tx.query<{ audience: Buffer }>(
    `select sha256(convert_to(coalesce(string_agg(client_id::text || arm, ',' order by client_id), ''), 'UTF8')) as audience
     from campaign_client where campaign_id = $1 and version = $2`,
    [campaign.id, campaign.version],
  );
  return createHash('sha256')
    .update(row!.audience)
    .update(canonicalJson(campaign.spec))
    .update(canonicalJson(segment))
    .digest();
}

/** JSON with its keys in order, so that equal content has equal text. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, v: unknown) =>
    typeof v === 'object' && v !== null && !Array.isArray(v)
      ? Object.fromEntries(Object.entries(v).sort(([a], [b]) => (a < b ? -1 : 1)))
      : v,
  );
}
