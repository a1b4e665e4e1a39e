import { useTranslation } from 'react-i18next';
import type { ClientDetail } from '../api/generated/hub.schemas.js';
import { CopyText } from '../shell/copy-text.js';
import { ClientStatus } from './client-status.js';
import { useClientName } from './client-name.js';

/** Who this is, at a glance. */
export function ClientHead({ client }: { client: ClientDetail }) {
  const { t } = useTranslation();
  const name = useClientName(client);
  const facts = [
    client.tier && `${t('field.tier')} ${client.tier}`,
    client.riskLevel && `${t('field.riskLevel')} ${client.riskLevel}`,
    client.branch,
    client.manager && `${t('field.manager')} ${client.manager}`,
  ].filter(Boolean);
  return (
    <header className="client-head">
      <h1>{name}</h1>
      <ClientStatus status={client.status} />
      <ul className="client-facts">
        {facts.map((fact) => (
          <li key={fact}>{fact}</li>
        ))}
      </ul>
      <CopyText text={client.id} />
    </header>
  );
}
