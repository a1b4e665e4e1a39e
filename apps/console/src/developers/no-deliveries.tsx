import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Endpoint } from '../api/generated/hub.schemas.js';

interface Props {
  readonly endpoint: Endpoint;
  readonly narrowed: boolean;
  readonly clear: () => void;
}

/** An empty log: nothing matches, or nothing was sent yet and what would send something. */
export function NoDeliveries({ endpoint, narrowed, clear }: Props) {
  const { t } = useTranslation();
  if (narrowed)
    return (
      <section className="empty" role="status">
        <h2>{t('log.nothingMatches')}</h2>
        <Button onClick={clear}>{t('log.clear')}</Button>
      </section>
    );
  return (
    <section className="empty">
      <h2>{t('log.none')}</h2>
      <p>{t('log.noneHint')}</p>
      {endpoint.types.length > 0 && (
        <p className="quiet">
          {t('log.waitsFor')} <code>{endpoint.types.join(', ')}</code>
        </p>
      )}
    </section>
  );
}
