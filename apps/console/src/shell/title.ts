import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';

/** Names the document after what the page shows, the most telling word first. */
export function useTitle(title: string): void {
  const { t } = useTranslation();
  const full = `${title} · ${t('product')}`;
  useEffect(() => {
    document.title = full;
  }, [full]);
}
