import { Form, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { useListCampaigns, useListSegments } from '../api/generated/hub.js';
import type { CampaignList, SegmentList } from '../api/generated/hub.schemas.js';
import type { Problem } from '../api/problem.js';
import { groupsOf } from './event-groups.js';
import { useEventTypes } from './use-event-types.js';

const STALE_MS = 60_000;

/** Which events the endpoint hears of. */
export function FormWhat() {
  const { t } = useTranslation();
  const types = useEventTypes();
  const segments = useListSegments<SegmentList, Problem>({ query: { staleTime: STALE_MS } });
  const campaigns = useListCampaigns<CampaignList, Problem>({ query: { staleTime: STALE_MS } });
  return (
    <>
      <Form.Item name="types" label={t('form.types')} extra={t('form.typesHint')}>
        <Select
          mode="multiple"
          allowClear
          placeholder={t('endpoint.allTypes')}
          options={groupsOf(types).map(([group, members]) => ({
            label: group,
            options: [
              { value: `${group}.*`, label: `${group}.*` },
              ...members.map(({ type, says }) => ({ value: type, label: `${type} · ${says}` })),
            ],
          }))}
        />
      </Form.Item>
      <Form.Item name="branches" label={t('form.branches')} extra={t('form.branchesHint')}>
        <Select
          mode="tags"
          open={false}
          suffixIcon={null}
          placeholder={t('form.any')}
          tokenSeparators={[',', '，', ' ']}
        />
      </Form.Item>
      <Form.Item name="segments" label={t('form.segments')} extra={t('form.segmentsHint')}>
        <Select
          mode="multiple"
          allowClear
          placeholder={t('form.any')}
          options={(segments.data?.items ?? []).map((s) => ({ value: s.code, label: `${s.name} · ${s.code}` }))}
        />
      </Form.Item>
      <Form.Item name="campaigns" label={t('form.campaigns')}>
        <Select
          mode="multiple"
          allowClear
          placeholder={t('form.any')}
          options={(campaigns.data?.items ?? []).map((c) => ({ value: c.id, label: `${c.name} · ${c.code}` }))}
        />
      </Form.Item>
    </>
  );
}
