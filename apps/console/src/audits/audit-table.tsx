import { useTranslation } from 'react-i18next';
import type { IdentityAudit } from '../api/generated/hub.schemas.js';
import { useFormats } from '../format/formats.js';

interface Props {
  readonly audits: readonly IdentityAudit[];
  readonly chosen: string | undefined;
  readonly show: (id: string) => void;
}

/** Audits, newest first, with how far they are. */
export function AuditTable({ audits, chosen, show }: Props) {
  const { t } = useTranslation();
  const f = useFormats();
  return (
    <div className="table-scroll" tabIndex={0} role="region" aria-label={t('audits.list')}>
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{t('audits.audit')}</th>
            <th scope="col">{t('audits.model')}</th>
            <th scope="col">{t('audits.progress')}</th>
            <th scope="col">{t('audits.by')}</th>
          </tr>
        </thead>
        <tbody>
          {audits.map((a) => (
            <tr key={a.id} aria-current={a.id === chosen ? 'true' : undefined}>
              <td>
                <button type="button" className="link" onClick={() => show(a.id)}>
                  {t('audits.of', { when: f.moment(a.createdAt), n: f.count(a.pairs) })}
                </button>
              </td>
              <td>{a.model === 0 ? t('audits.shipped') : t('audits.numbered', { version: a.model })}</td>
              <td>{t('audits.progressOf', { done: f.count(a.answered), all: f.count(a.pairs) })}</td>
              <td>{a.createdBy}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
