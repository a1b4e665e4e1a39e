import { useTranslation } from 'react-i18next';
import { useFormats } from '../format/formats.js';

interface Asked {
  readonly dataUpdatedAt: number;
  readonly isFetching: boolean;
  readonly refetch: () => unknown;
}

/** Of when the figures are, and the button that asks for newer ones. */
export function AsOf({ query }: { query: Asked }) {
  const { t } = useTranslation();
  const f = useFormats();
  if (query.dataUpdatedAt === 0) return null;
  const at = new Date(query.dataUpdatedAt).toISOString();
  return (
    <span className="as-of quiet">
      <time dateTime={at}>{t('live.asOf', { time: f.clock(at) })}</time>
      <button type="button" className="link" disabled={query.isFetching} onClick={() => void query.refetch()}>
        {t(query.isFetching ? 'shell.refreshing' : 'shell.refresh')}
      </button>
    </span>
  );
}
