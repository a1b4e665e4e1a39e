import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Client } from '../api/generated/hub.schemas.js';
import { useFormats } from '../format/formats.js';
import { ClientName } from './client-name.js';
import { ClientStatus } from './client-status.js';

/** A page of clients. A row leads to its client; on a phone it is a card. */
export function ClientTable({ clients }: { clients: readonly Client[] }) {
  const { t } = useTranslation();
  const f = useFormats();
  return (
    <div className="panel table-frame">
      <table className="table clients">
        <thead>
          <tr>
            <th scope="col">{t('clients.client')}</th>
            <th scope="col">{t('field.status')}</th>
            <th scope="col">{t('field.phones')}</th>
            <th scope="col">{t('field.branch')}</th>
            <th scope="col">{t('field.manager')}</th>
            <th scope="col">{t('field.tier')}</th>
            <th scope="col">{t('field.riskLevel')}</th>
            <th scope="col">{t('clients.updated')}</th>
          </tr>
        </thead>
        <tbody>
          {clients.map((c) => (
            <tr key={c.id}>
              <td className="clients-name">
                <Link to={`/clients/${c.id}`} className="row-link">
                  <ClientName client={c} />
                </Link>
              </td>
              <td>
                <ClientStatus status={c.status} />
              </td>
              <td className="figures">{c.phones[0] ?? c.emails[0] ?? <None />}</td>
              <td>{c.branch ?? <None />}</td>
              <td className="wide-only">{c.manager ?? <None />}</td>
              <td className="wide-only">{c.tier ?? <None />}</td>
              <td className="wide-only">{c.riskLevel ?? <None />}</td>
              <td className="wide-only quiet">
                <time dateTime={c.updatedAt}>{f.moment(c.updatedAt)}</time>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function None() {
  return (
    <span className="quiet" aria-hidden="true">
      –
    </span>
  );
}
