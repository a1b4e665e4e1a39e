import { useTranslation } from 'react-i18next';
import { useIdentityAuditResult } from '../api/generated/hub.js';
import type { IdentityAudit, IdentityAuditResult } from '../api/generated/hub.schemas.js';
import type { Problem } from '../api/problem.js';
import { useFormats } from '../format/formats.js';
import { useSaid } from '../identity/said.js';
import { useSignedIn } from '../session/session.js';
import { ProblemNote } from '../shell/problem-note.js';
import { TableSkeleton } from '../shell/table-skeleton.js';
import { CalibrateButton } from './calibrate-button.js';

/** What was found so far, of all links and by what the hub said, beside what was expected. */
export function AuditResult({ audit }: { audit: IdentityAudit }) {
  const { t } = useTranslation();
  const f = useFormats();
  const said = useSaid();
  const mayChange = useSignedIn().scopes.includes('admin');
  const result = useIdentityAuditResult<IdentityAuditResult, Problem>(audit.id);
  const range = (s: { low: number; high: number }) =>
    t('audits.range', { low: f.percent(s.low), high: f.percent(s.high) });
  const expected = (x: number | null) => (x === null ? '–' : x > 0.99 ? f.fine(x) : f.percent(x));
  return (
    <>
      {result.error && (
        <ProblemNote what={t('audits.resultFailed')} problem={result.error} retry={() => void result.refetch()} />
      )}
      {!result.data && !result.error && <TableSkeleton rows={6} />}
      {result.data && (
        <>
          <p>{said(result.data.text)}</p>
          <div className="table-scroll" tabIndex={0} role="region" aria-label={t('audits.strata')}>
            <table className="table audit-strata">
              <caption>{t('audits.strata')}</caption>
              <thead>
                <tr>
                  <th scope="col">{t('audits.stratum')}</th>
                  <th scope="col">{t('audits.pairs')}</th>
                  <th scope="col">{t('audits.told')}</th>
                  <th scope="col">{t('audits.expected')}</th>
                  <th scope="col">{t('audits.found')}</th>
                  <th scope="col">{t('audits.interval')}</th>
                  <th scope="col">{t('audits.untold')}</th>
                  <th scope="col">{t('audits.open')}</th>
                </tr>
              </thead>
              <tbody>
                {result.data.strata.map((s) => (
                  <tr key={s.from}>
                    <th scope="row">
                      {s.from === 0
                        ? t('audits.below', { to: f.fine(s.to) })
                        : t('audits.between', { from: f.fine(s.from), to: f.fine(s.to) })}
                    </th>
                    <td>{f.count(s.pairs)}</td>
                    <td>{f.count(s.same + s.different)}</td>
                    <td>{expected(s.expected)}</td>
                    <td>{s.found ? f.percent(s.found.share) : '–'}</td>
                    <td>{s.found ? range(s.found) : '–'}</td>
                    <td>{f.count(s.cannotTell)}</td>
                    <td>{f.count(s.open + s.gone)}</td>
                  </tr>
                ))}
              </tbody>
              <tfoot>
                <tr>
                  <th scope="row">{t('audits.links')}</th>
                  <td>{f.count(result.data.links.pairs)}</td>
                  <td>{f.count(result.data.links.told)}</td>
                  <td>{expected(result.data.links.expected)}</td>
                  <td>{result.data.links.found ? f.percent(result.data.links.found.share) : '–'}</td>
                  <td>{result.data.links.found ? range(result.data.links.found) : '–'}</td>
                  <td />
                  <td />
                </tr>
              </tfoot>
            </table>
          </div>
          {mayChange && <CalibrateButton audit={audit.id} />}
        </>
      )}
    </>
  );
}
