import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'react-router';
import '../styles/page.css';

const PAGES = [
  { path: '/review', title: 'place.review' },
  { path: '/review/audits', title: 'audits.way' },
  { path: '/review/models', title: 'models.way' },
] as const;

/** From each page about who is who to the others. */
export function IdentityWays() {
  const { t } = useTranslation();
  const { pathname } = useLocation();
  return (
    <span className="page-ways">
      {PAGES.filter((p) => p.path !== pathname).map((p) => (
        <Link key={p.path} to={p.path}>
          {t(p.title)}
        </Link>
      ))}
    </span>
  );
}
