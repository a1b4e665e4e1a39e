import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { useGetClient } from '../api/generated/hub.js';
import type { ClientDetail } from '../api/generated/hub.schemas.js';
import type { Problem } from '../api/problem.js';
import { IdentityCard } from '../identity/identity-card.js';
import { AsOf } from '../shell/as-of.js';
import { PageProblem } from '../shell/page-problem.js';
import { ProblemNote } from '../shell/problem-note.js';
import { useTitle } from '../shell/title.js';
import { ClientAccounts } from './client-accounts.js';
import { ClientAssets } from './client-assets.js';
import { ClientConsents } from './client-consents.js';
import { ClientFields } from './client-fields.js';
import { ClientHead } from './client-head.js';
import { ClientSegments } from './client-segments.js';
import { ClientSkeleton } from './client-skeleton.js';
import { ClientTimeline } from './client-timeline.js';
import { useClientName } from './client-name.js';
import '../styles/page.css';
import '../styles/clients.css';
import '../styles/client.css';

/** One client: who it is and how we know, what it has, what it allowed, and what happened. */
export function ClientPage() {
  const { id = '' } = useParams();
  const { t } = useTranslation();
  const query = useGetClient<ClientDetail, Problem>(id);
  const { data, error } = query;
  const name = useClientName(data ?? { id, name: null, nameLatin: null });
  useTitle(data ? name : t('place.clients'));
  if (!data && error) return <PageProblem problem={error} retry={() => void query.refetch()} />;
  if (!data) return <ClientSkeleton />;
  return (
    <div className="page">
      <nav aria-label={t('client.trail')} className="trail">
        <Link to="/clients">{t('place.clients')}</Link>
        <AsOf query={query} />
      </nav>
      {error && <ProblemNote what={t('client.stale')} problem={error} retry={() => void query.refetch()} />}
      {data.id !== id && (
        <p className="notice" role="status">
          {t('client.merged', { id })}
        </p>
      )}
      <ClientHead client={data} />
      <div className="client-columns">
        <div className="client-side">
          <ClientFields client={data} />
          <ClientSegments segments={data.segments} />
          <ClientConsents consents={data.consents} />
        </div>
        <div className="client-main">
          <div className="client-possessions">
            <ClientAssets assets={data.assets} />
            <ClientAccounts accounts={data.accounts} />
          </div>
          <IdentityCard key={data.id} id={data.id} />
          <ClientTimeline id={data.id} />
        </div>
      </div>
    </div>
  );
}
