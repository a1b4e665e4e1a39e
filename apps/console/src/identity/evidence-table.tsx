import { useTranslation } from 'react-i18next';
import type { MatchEvidence } from '../api/generated/hub.schemas.js';
import { useFormats } from '../format/formats.js';
import { useSaid } from './said.js';

/** What speaks for two being one and what against, the heaviest first; a bit more doubles the odds. */
export function EvidenceTable({ evidence }: { evidence: MatchEvidence }) {
  const { t } = useTranslation();
  const f = useFormats();
  const said = useSaid();
  const parts = evidence.parts.toSorted((a, b) => Math.abs(b.bits) - Math.abs(a.bits));
  const most = Math.max(1, ...parts.map((p) => Math.abs(p.bits)));
  return (
    <table className="table evidence">
      <thead>
        <tr>
          <th scope="col">{t('identity.compared')}</th>
          <th scope="col">{t('identity.found')}</th>
          <th scope="col" colSpan={2}>
            {t('identity.weight')}
          </th>
        </tr>
      </thead>
      <tbody>
        {parts.map((p) => (
          <tr key={`${p.comparison} ${p.level}`}>
            <th scope="row">{said(p.comparisonText)}</th>
            <td>{said(p.levelText)}</td>
            <td className="evidence-bar" aria-hidden="true">
              <span
                className={p.bits < 0 ? 'against' : 'for'}
                style={{ width: `${(Math.abs(p.bits) / most) * 50}%` }}
              />
            </td>
            <td className="evidence-bits">
              {f.bits(p.bits)} <span className="unseen">{t(p.bits < 0 ? 'identity.against' : 'identity.for')}</span>
            </td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row" colSpan={2}>
            {t('identity.together', { share: f.certainty(evidence.probability) })}
          </th>
          <td />
          <td className="evidence-bits">{f.bits(evidence.bits)}</td>
        </tr>
      </tfoot>
    </table>
  );
}
