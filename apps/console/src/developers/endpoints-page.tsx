import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { useListEndpoints } from '../api/generated/hub.js';
import type { EndpointList } from '../api/generated/hub.schemas.js';
import type { Problem } from '../api/problem.js';
import { useSignedIn } from '../session/session.js';
import { AsOf } from '../shell/as-of.js';
import { ProblemNote } from '../shell/problem-note.js';
import { TableSkeleton } from '../shell/table-skeleton.js';
import { useTitle } from '../shell/title.js';
import { DevelopersHead } from './developers-head.js';
import { EndpointTable } from './endpoint-table.js';
import { NoEndpoints } from './no-endpoints.js';
import '../styles/page.css';
import '../styles/developers.css';

const ASK_AGAIN_MS = 10_000;

/** Who is told what happens, and how each of them fares. */
export function EndpointsPage() {
  const { t } = useTranslation();
  useTitle(t('place.developers'));
  const navigate = useNavigate();
  const mayWrite = useSignedIn().scopes.includes('write');
  const query = useListEndpoints<EndpointList, Problem>({ query: { refetchInterval: ASK_AGAIN_MS } });
  const { data, error } = query;
  return (
    <div className="page">
      <DevelopersHead>
        <span className="head-end">
          <AsOf query={query} />
          {mayWrite && data && data.items.length > 0 && (
            <Button type="primary" onClick={() => void navigate('/developers/endpoints/new')}>
              {t('developers.add')}
            </Button>
          )}
        </span>
      </DevelopersHead>
      {error && <ProblemNote what={t('developers.listFailed')} problem={error} retry={() => void query.refetch()} />}
      {!data && !error && <TableSkeleton rows={6} />}
      {data?.items.length === 0 && <NoEndpoints mayWrite={mayWrite} />}
      {data && data.items.length > 0 && (
        <>
          <EndpointTable endpoints={data.items} />
          {!mayWrite && <p className="quiet">{t('developers.mayNot')}</p>}
        </>
      )}
    </div>
  );
}
