import { useTranslation } from 'react-i18next';
import { Link, useLocation, useNavigate, useSearchParams } from 'react-router';
import { useFormats } from '../format/formats.js';

/** Through a list by its cursors. They lead forwards only; backwards is the browser's own history. */
export function Pages({ shown, next, paged }: { shown: number; next: string | null; paged: boolean }) {
  const { t } = useTranslation();
  const f = useFormats();
  const [params] = useSearchParams();
  const navigate = useNavigate();
  const cameHere = (useLocation().state as { paged?: boolean } | null)?.paged;
  const at = (cursor: string | null) => {
    const query = new URLSearchParams(params);
    query.delete('after');
    if (cursor !== null) query.set('after', cursor);
    return { search: query.toString() };
  };
  return (
    <nav className="pages" aria-label={t('pages.label')}>
      <span className="quiet">{t('pages.shown', { count: shown, n: f.count(shown) })}</span>
      {paged && <Link to={at(null)}>{t('pages.first')}</Link>}
      {paged && cameHere && (
        <button type="button" className="link" onClick={() => void navigate(-1)}>
          {t('pages.previous')}
        </button>
      )}
      {next !== null && (
        <Link to={at(next)} state={{ paged: true }}>
          {t('pages.next')}
        </Link>
      )}
    </nav>
  );
}
