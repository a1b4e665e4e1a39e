import { useTranslation } from 'react-i18next';
import type { Client } from '../api/generated/hub.schemas.js';

/** The masked name; a client of whom no system knows one is named by the end of the id. */
export function ClientName({ client }: { client: Pick<Client, 'id' | 'name' | 'nameLatin'> }) {
  const { t } = useTranslation();
  const name = client.name ?? client.nameLatin;
  if (name !== null && name !== '') return name;
  return (
    <span className="unnamed">
      {t('clients.unnamed')} <code>{client.id.slice(-6)}</code>
    </span>
  );
}

export function useClientName(client: Pick<Client, 'id' | 'name' | 'nameLatin'>): string {
  const { t } = useTranslation();
  return client.name ?? client.nameLatin ?? `${t('clients.unnamed')} ${client.id.slice(-6)}`;
}
