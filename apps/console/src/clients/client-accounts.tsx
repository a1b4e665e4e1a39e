import { useTranslation } from 'react-i18next';
import type { ClientDetail } from '../api/generated/hub.schemas.js';
import { useFormats } from '../format/formats.js';
import { ClientStatus } from './client-status.js';
import { shortMask } from './masked.js';

/** The accounts, of all systems. */
export function ClientAccounts({ accounts }: { accounts: ClientDetail['accounts'] }) {
  const { t } = useTranslation();
  const f = useFormats();
  return (
    <section className="panel">
      <h2>{t('client.accounts')}</h2>
      {accounts.length === 0 && <p className="quiet">{t('client.noAccounts')}</p>}
      <ul className="cards">
        {accounts.map((a) => (
          <li key={`${a.kind} ${a.no}`}>
            <p className="card-line">
              <b>{t(`accountKind.${a.kind}`, { defaultValue: a.kind })}</b>
              <code>{shortMask(a.no)}</code>
              {a.status && <ClientStatus status={a.status} />}
            </p>
            <p className="quiet">
              {[
                a.branch,
                a.currency,
                a.commissionRate && t('client.commission', { rate: a.commissionRate }),
                a.opened && t('client.opened', { day: f.day(a.opened) }),
                a.closed && t('client.closed', { day: f.day(a.closed) }),
              ]
                .filter(Boolean)
                .join(' · ')}
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
}
