import { useTranslation } from 'react-i18next';

/** The page's shape before its first picture. It shows only when the picture takes a moment (styles/loop.css). */
export function LoopSkeleton() {
  const { t } = useTranslation();
  return (
    <div className="loop skeleton" role="status" aria-label={t('live.connecting')}>
      <div className="bone bone-title" />
      <div className="flow">
        <div className="flow-islands">
          {[0, 1, 2, 3].map((i) => (
            <div key={i} className="bone bone-island" />
          ))}
        </div>
        <div className="flow-middle">
          <div className="bone bone-node" />
        </div>
        <div className="bone bone-node" />
      </div>
      <div className="loop-below">
        <div className="bone bone-panel" />
        <div className="bone bone-panel" />
      </div>
    </div>
  );
}
