import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'react-router';
import type { Endpoint } from '../api/generated/hub.schemas.js';
import { AsOf } from '../shell/as-of.js';
import { PageProblem } from '../shell/page-problem.js';
import { ProblemNote } from '../shell/problem-note.js';
import { TableSkeleton } from '../shell/table-skeleton.js';
import { EndpointHead } from './endpoint-head.js';
import type { useEndpoint } from './use-endpoint.js';

interface Props {
  readonly query: ReturnType<typeof useEndpoint>;
  readonly children: (endpoint: Endpoint) => ReactNode;
}

/** Both pages of an endpoint: where one is, which it is and how it fares, and the way between the two. */
export function EndpointFrame({ query, children }: Props) {
  const { t } = useTranslation();
  const { pathname } = useLocation();
  const { data, error } = query;
  if (!data && error) return <PageProblem problem={error} retry={() => void query.refetch()} />;
  const tab = (path: string, name: string) => (
    <Link to={path} aria-current={pathname === path ? 'page' : undefined}>
      {name}
    </Link>
  );
  return (
    <div className="page">
      <nav aria-label={t('client.trail')} className="trail">
        <Link to="/developers">{t('developers.endpoints')}</Link>
        <AsOf query={query} />
      </nav>
      {error && <ProblemNote what={t('endpoint.stale')} problem={error} retry={() => void query.refetch()} />}
      {!data && <TableSkeleton rows={8} />}
      {data && (
        <>
          <EndpointHead endpoint={data} />
          <nav className="tabs" aria-label={data.name}>
            {tab(`/developers/endpoints/${data.id}`, t(data.kind === 'pull' ? 'endpoint.feed' : 'endpoint.log'))}
            {tab(`/developers/endpoints/${data.id}/settings`, t('endpoint.settings'))}
          </nav>
          {children(data)}
        </>
      )}
    </div>
  );
}
