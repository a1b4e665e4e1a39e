import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { useListIdentityAudits } from '../api/generated/hub.js';
import type { IdentityAuditPage } from '../api/generated/hub.schemas.js';
import type { Problem } from '../api/problem.js';
import { IdentityWays } from '../identity/identity-ways.js';
import { useSignedIn } from '../session/session.js';
import { AsOf } from '../shell/as-of.js';
import { ProblemNote } from '../shell/problem-note.js';
import { TableSkeleton } from '../shell/table-skeleton.js';
import { useTitle } from '../shell/title.js';
import { AuditPanel } from './audit-panel.js';
import { AuditTable } from './audit-table.js';
import { StartAudit } from './start-audit.js';
import '../styles/page.css';
import '../styles/identity.css';
import '../styles/review.css';
import '../styles/models.css';
import '../styles/audits.css';

const LISTED = 50;

/** How often the hub is right about who is who: samples that people judge, and what they found. */
export function AuditsPage() {
  const { t } = useTranslation();
  useTitle(t('audits.title'));
  const mayWrite = useSignedIn().scopes.includes('write');
  const [params, setParams] = useSearchParams();
  const list = useListIdentityAudits<IdentityAuditPage, Problem>({ limit: LISTED });
  const audits = list.data?.items;
  const chosen = params.get('audit') ?? audits?.[0]?.id;
  const pair = Number(params.get('pair') ?? Number.NaN);
  const show = (audit: string) => setParams({ audit });
  const showPair = (n: number | undefined) =>
    setParams({ audit: chosen!, ...(n === undefined ? {} : { pair: String(n) }) }, { replace: true });
  return (
    <div className="page">
      <div className="page-head">
        <h1>{t('audits.title')}</h1>
        <IdentityWays />
        <AsOf query={list} />
      </div>
      <p className="quiet">{t('audits.text')}</p>
      {list.error && (
        <ProblemNote what={t('audits.listFailed')} problem={list.error} retry={() => void list.refetch()} />
      )}
      {!audits && !list.error && <TableSkeleton rows={6} />}
      {audits && (
        <section className="panel">
          <div className="panel-head">
            <h2>{audits.length === 0 ? t('audits.none') : t('audits.list')}</h2>
            {mayWrite && <StartAudit started={show} />}
          </div>
          {audits.length === 0 && <p className="quiet">{t(mayWrite ? 'audits.noneHint' : 'audits.noneMayNot')}</p>}
          {audits.length > 0 && <AuditTable audits={audits} chosen={chosen} show={show} />}
        </section>
      )}
      {chosen !== undefined && (
        <AuditPanel
          key={chosen}
          id={chosen}
          pair={Number.isInteger(pair) ? pair : undefined}
          mayWrite={mayWrite}
          show={showPair}
        />
      )}
    </div>
  );
}
