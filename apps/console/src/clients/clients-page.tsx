import { keepPreviousData } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useListClients } from '../api/generated/hub.js';
import type { ClientPage } from '../api/generated/hub.schemas.js';
import type { Problem } from '../api/problem.js';
import { AsOf } from '../shell/as-of.js';
import { ProblemNote } from '../shell/problem-note.js';
import { TableSkeleton } from '../shell/table-skeleton.js';
import { useTitle } from '../shell/title.js';
import { ClientFiltersBar } from './client-filters-bar.js';
import { ClientTable } from './client-table.js';
import { NoClients } from './no-clients.js';
import { Pages } from '../shell/pages.js';
import { useClientFilters } from './use-client-filters.js';
import '../styles/page.css';
import '../styles/clients.css';

const PAGE_SIZE = 50;

/** Who are our clients: found by name, number, phone or group, a page at a time. */
export function ClientsPage() {
  const { t } = useTranslation();
  useTitle(t('place.clients'));
  const { filters, change, cursor } = useClientFilters();
  const query = useListClients<ClientPage, Problem>(
    { ...filters, limit: PAGE_SIZE, ...(cursor === undefined ? {} : { cursor }) },
    { query: { placeholderData: keepPreviousData } },
  );
  const { data, error } = query;
  return (
    <div className="page">
      <div className="page-head">
        <h1>{t('place.clients')}</h1>
        <AsOf query={query} />
      </div>
      <ClientFiltersBar filters={filters} change={change} busy={query.isFetching} />
      {error && <ProblemNote what={t('clients.listFailed')} problem={error} retry={() => void query.refetch()} />}
      {!data && !error && <TableSkeleton rows={10} />}
      {data?.items.length === 0 && <NoClients filters={filters} change={change} />}
      {data && data.items.length > 0 && (
        <div className={query.isPlaceholderData ? 'updating' : undefined} aria-busy={query.isPlaceholderData}>
          <ClientTable clients={data.items} />
          <Pages shown={data.items.length} next={data.nextCursor} paged={cursor !== undefined} />
        </div>
      )}
    </div>
  );
}
