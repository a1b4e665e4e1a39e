import { useTranslation } from 'react-i18next';

/** The shape of a list before its first rows; it shows only when they take a moment. */
export function TableSkeleton({ rows }: { rows: number }) {
  const { t } = useTranslation();
  return (
    <div className="panel skeleton" role="status" aria-label={t('shell.loading')}>
      {Array.from({ length: rows }, (_, i) => (
        <div key={i} className="bone bone-row" />
      ))}
    </div>
  );
}
