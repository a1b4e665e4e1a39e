import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';

/** Nobody is told yet: what an endpoint is, and the first one to add. */
export function NoEndpoints({ mayWrite }: { mayWrite: boolean }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  return (
    <section className="empty">
      <h2>{t('developers.none')}</h2>
      <p>{t('developers.noneHint')}</p>
      {mayWrite ? (
        <Button type="primary" onClick={() => void navigate('/developers/endpoints/new')}>
          {t('developers.addFirst')}
        </Button>
      ) : (
        <p className="quiet">{t('developers.mayNot')}</p>
      )}
      <p>
        <Link to="/developers/events">{t('developers.seeEvents')}</Link>
      </p>
    </section>
  );
}
