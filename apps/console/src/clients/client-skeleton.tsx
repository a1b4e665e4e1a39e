import { useTranslation } from 'react-i18next';

/** The client page's shape before it is known whose it is. */
export function ClientSkeleton() {
  const { t } = useTranslation();
  return (
    <div className="page skeleton" role="status" aria-label={t('shell.loading')}>
      <div className="bone bone-title" />
      <div className="client-columns">
        <div className="client-main">
          <div className="bone bone-panel" />
          <div className="bone bone-panel" />
        </div>
        <div className="client-side">
          <div className="bone bone-node" />
          <div className="bone bone-node" />
        </div>
      </div>
    </div>
  );
}
