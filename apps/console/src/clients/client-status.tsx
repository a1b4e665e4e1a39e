import { useTranslation } from 'react-i18next';

/** The states that the canonical model has; a source's own are shown as they are. */
export const CLIENT_STATUSES = ['active', 'dormant', 'leaving', 'closed', 'prospect'] as const;

/** Where a client stands with the firm, in a word and a sign that does not depend on colour alone. */
export function ClientStatus({ status }: { status: string }) {
  const { t } = useTranslation();
  return <span className={`state client-${status}`}>{t(`clientStatus.${status}`, { defaultValue: status })}</span>;
}
