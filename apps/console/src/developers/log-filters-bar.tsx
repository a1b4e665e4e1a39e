import { Select } from 'antd';
import { useTranslation } from 'react-i18next';
import type { ListDeliveriesState } from '../api/generated/hub.schemas.js';
import { useFormats } from '../format/formats.js';
import { useEventTypes } from './use-event-types.js';
import { LOG_HOURS, LOG_STATES, type LogFilters } from './use-log-filters.js';

const HOUR_S = 3600;

interface Props {
  readonly filters: LogFilters;
  readonly change: (changed: LogFilters) => void;
}

/** Narrows the log by what became of deliveries, by type, and by time. */
export function LogFiltersBar({ filters, change }: Props) {
  const { t } = useTranslation();
  const f = useFormats();
  const types = useEventTypes();
  return (
    <div className="filters">
      <Select
        className="filter"
        aria-label={t('log.state')}
        placeholder={t('log.anyState')}
        allowClear
        value={filters.state ?? null}
        options={LOG_STATES.map((value) => ({ value, label: t(`deliveryState.${value}`) }))}
        onChange={(state: ListDeliveriesState | undefined) => change({ state })}
      />
      <Select
        className="filter filter-wide"
        aria-label={t('log.type')}
        placeholder={t('log.anyType')}
        allowClear
        value={filters.type ?? null}
        options={types.map(({ type }) => ({ value: type, label: type }))}
        onChange={(type: string | undefined) => change({ type })}
      />
      <Select
        className="filter"
        aria-label={t('log.time')}
        placeholder={t('log.anyTime')}
        allowClear
        value={filters.hours ?? null}
        options={LOG_HOURS.map((hours) => ({
          value: hours,
          label: t('makeUp.last', { time: f.span(hours * HOUR_S) }),
        }))}
        onChange={(hours: number | undefined) => change({ hours })}
      />
    </div>
  );
}
