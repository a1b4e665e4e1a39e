import { useTranslation } from 'react-i18next';
import type { IdentityAuditPair } from '../api/generated/hub.schemas.js';
import { useSaid } from './said.js';

/** What was compared and how alike it was, for whoever judges without knowing what it weighs. */
export function ComparedTable({ evidence }: { evidence: IdentityAuditPair['evidence'] }) {
  const { t } = useTranslation();
  const said = useSaid();
  return (
    <table className="table evidence">
      <thead>
        <tr>
          <th scope="col">{t('identity.compared')}</th>
          <th scope="col">{t('identity.found')}</th>
        </tr>
      </thead>
      <tbody>
        {evidence.map((p) => (
          <tr key={`${p.comparison} ${p.level}`}>
            <th scope="row">{said(p.comparisonText)}</th>
            <td>{said(p.levelText)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
