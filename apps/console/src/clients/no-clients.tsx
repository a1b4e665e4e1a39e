import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { Command } from '../shell/command.js';
import { type ClientFilters, FILTER_NAMES } from './use-client-filters.js';

interface Props {
  readonly filters: ClientFilters;
  readonly change: (changed: { readonly [K in keyof ClientFilters]?: undefined }) => void;
}

/** An empty list: nothing was found, or nobody is known yet. */
export function NoClients({ filters, change }: Props) {
  const { t } = useTranslation();
  if (Object.keys(filters).length === 0)
    return (
      <section className="empty">
        <h2>{t('clients.none')}</h2>
        <p>{t('clients.noneHint')}</p>
        <Command>npm run demo</Command>
      </section>
    );
  return (
    <section className="empty" role="status">
      <h2>{filters.search ? t('clients.notFound', { search: filters.search }) : t('clients.nothingMatches')}</h2>
      <p>{t(filters.search ? 'clients.notFoundHint' : 'clients.nothingMatchesHint')}</p>
      <Button onClick={() => change(Object.fromEntries(FILTER_NAMES.map((name) => [name, undefined])))}>
        {t('clients.clear')}
      </Button>
    </section>
  );
}
