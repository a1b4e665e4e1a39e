import { keepPreviousData } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useListDeliveries } from '../api/generated/hub.js';
import type { DeliveryPage, Endpoint } from '../api/generated/hub.schemas.js';
import type { Problem } from '../api/problem.js';
import { useShortcuts } from '../shell/keys.js';
import { Pages } from '../shell/pages.js';
import { ProblemNote } from '../shell/problem-note.js';
import { TableSkeleton } from '../shell/table-skeleton.js';
import { DeliveryDetailPanel } from './delivery-detail.js';
import { DeliveryRow } from './delivery-row.js';
import { isOpen } from './delivery-state.js';
import { LogFiltersBar } from './log-filters-bar.js';
import { NoDeliveries } from './no-deliveries.js';
import { useLogFilters } from './use-log-filters.js';

const PAGE_SIZE = 50;
const SOON_MS = 2000;
const ASK_AGAIN_MS = 10_000;

/** What was sent to an endpoint, newest event first, and beside it the one delivery that is looked at. */
export function DeliveryLog({ endpoint }: { endpoint: Endpoint }) {
  const { t } = useTranslation();
  const { filters, since, change, delivery, show, cursor } = useLogFilters();
  const { state, type } = filters;
  const query = useListDeliveries<DeliveryPage, Problem>(
    endpoint.id,
    {
      limit: PAGE_SIZE,
      ...(state && { state }),
      ...(type && { type }),
      ...(since && { since }),
      ...(cursor && { cursor }),
    },
    {
      query: {
        placeholderData: keepPreviousData,
        refetchInterval: (q) => (q.state.data?.items.some((d) => isOpen(d.state)) ? SOON_MS : ASK_AGAIN_MS),
      },
    },
  );
  const { data, error } = query;
  const items = data?.items ?? [];
  const at = items.findIndex((d) => d.id === delivery);
  useShortcuts([
    { keys: 'j', does: t('log.next'), run: () => show(items[at + 1]?.id ?? delivery) },
    { keys: 'k', does: t('log.previous'), run: () => show(items[at - 1]?.id ?? delivery) },
  ]);
  const narrowed = Object.values(filters).some((v) => v !== undefined);
  return (
    <div className={delivery === undefined ? 'log' : 'log log-beside'}>
      <section className="log-list" aria-label={t('endpoint.log')}>
        <LogFiltersBar filters={filters} change={change} />
        {error && <ProblemNote what={t('log.listFailed')} problem={error} retry={() => void query.refetch()} />}
        {!data && !error && <TableSkeleton rows={8} />}
        {data && items.length === 0 && (
          <NoDeliveries endpoint={endpoint} narrowed={narrowed} clear={() => change(CLEAR)} />
        )}
        {items.length > 0 && (
          <div className={query.isPlaceholderData ? 'updating' : undefined} aria-busy={query.isPlaceholderData}>
            <ol className="panel deliveries">
              {items.map((d) => (
                <DeliveryRow key={d.id} delivery={d} current={d.id === delivery} show={show} />
              ))}
            </ol>
            <Pages shown={items.length} next={data?.nextCursor ?? null} paged={cursor !== undefined} />
          </div>
        )}
      </section>
      {delivery !== undefined && (
        <DeliveryDetailPanel key={delivery} id={delivery} endpoint={endpoint} close={() => show(undefined)} />
      )}
    </div>
  );
}

const CLEAR = { state: undefined, type: undefined, hours: undefined };
