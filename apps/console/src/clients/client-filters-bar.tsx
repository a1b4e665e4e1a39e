import { Button, Input, type InputRef, Select, Tag } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'react-router';
import { useListSegments } from '../api/generated/hub.js';
import type { SegmentList } from '../api/generated/hub.schemas.js';
import type { Problem } from '../api/problem.js';
import { useFormats } from '../format/formats.js';
import { CLIENT_STATUSES } from './client-status.js';
import type { ClientFilters } from './use-client-filters.js';

interface Props {
  readonly filters: ClientFilters;
  readonly change: (changed: { readonly [K in keyof ClientFilters]?: string | undefined }) => void;
  readonly busy: boolean;
}

/** Search and filters above the list. A branch or manager comes from a link, and goes by its tag. */
export function ClientFiltersBar({ filters, change, busy }: Props) {
  const { t } = useTranslation();
  const f = useFormats();
  const segments = useListSegments<SegmentList, Problem>({ query: { staleTime: 60_000 } });
  return (
    <div className="filters">
      {/* A search that comes by the address is shown in the field. */}
      <Search key={filters.search} search={filters.search} change={(search) => change({ search })} busy={busy} />
      <Select
        className="filter"
        aria-label={t('field.status')}
        placeholder={t('clients.anyStatus')}
        allowClear
        value={filters.status ?? null}
        options={CLIENT_STATUSES.map((value) => ({ value, label: t(`clientStatus.${value}`) }))}
        onChange={(status: string | undefined) => change({ status })}
      />
      <Select
        className="filter filter-wide"
        aria-label={t('clients.segment')}
        placeholder={t('clients.anySegment')}
        allowClear
        loading={segments.isPending}
        value={filters.segment ?? null}
        options={segments.data?.items.map((s) => ({ value: s.code, label: `${s.name} · ${f.count(s.members)}` })) ?? []}
        onChange={(segment: string | undefined) => change({ segment })}
      />
      {(['branch', 'manager'] as const)
        .filter((name) => filters[name])
        .map((name) => (
          <Tag key={name} className="filter-tag">
            {t(`field.${name}`)}: {filters[name]}
            <button
              type="button"
              aria-label={t('clients.without', { filter: `${t(`field.${name}`)}: ${filters[name]}` })}
              onClick={() => change({ [name]: undefined })}
            >
              ×
            </button>
          </Tag>
        ))}
    </div>
  );
}

function Search({
  search = '',
  change,
  busy,
}: {
  search: string | undefined;
  change: (search: string) => void;
  busy: boolean;
}) {
  const { t } = useTranslation();
  const [text, setText] = useState(search);
  const field = useRef<InputRef>(null);
  const wanted = (useLocation().state as { search?: boolean } | null)?.search;
  useEffect(() => {
    if (wanted) field.current?.focus();
  }, [wanted]);
  return (
    <form
      role="search"
      className="search"
      onSubmit={(e) => {
        e.preventDefault();
        change(text.trim());
      }}
    >
      <Input
        ref={field}
        type="search"
        aria-label={t('clients.search')}
        placeholder={t('clients.searchHint')}
        value={text}
        onChange={(e) => setText(e.target.value)}
        maxLength={200}
        spellCheck={false}
        autoComplete="off"
      />
      <Button htmlType="submit" loading={busy && text.trim() !== ''}>
        {t('clients.find')}
      </Button>
    </form>
  );
}
