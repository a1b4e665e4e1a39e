import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

/** What follows when an endpoint has been created. */
export function NextSteps() {
  const { t } = useTranslation();
  return (
    <section className="panel next-steps" aria-label={t('form.steps')}>
      <h2>{t('form.steps')}</h2>
      <ol>
        <li>{t('form.step_1')}</li>
        <li>
          {t('form.step_2')} <Link to="/developers/signatures">{t('samples.title')}</Link>
        </li>
        <li>{t('form.step_3')}</li>
      </ol>
    </section>
  );
}
