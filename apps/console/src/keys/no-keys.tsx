import { Button } from 'antd';
import { useTranslation } from 'react-i18next';

/** No program may come: what a key is for, and the first one to make. */
export function NoKeys({ make }: { make: () => void }) {
  const { t } = useTranslation();
  return (
    <section className="empty">
      <h2>{t('apiKeys.none')}</h2>
      <p>{t('apiKeys.noneHint')}</p>
      <Button type="primary" onClick={make}>
        {t('apiKeys.addFirst')}
      </Button>
    </section>
  );
}
