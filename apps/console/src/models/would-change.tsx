import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { MatchPreview } from '../api/generated/hub.schemas.js';
import { useFormats } from '../format/formats.js';

const SHOWN = 10;

interface Props {
  readonly preview: MatchPreview;
  readonly at: string;
  readonly inForce: boolean;
}

/** Clients that would join or part, the pairs left to people, and the campaigns that would be touched. */
export function WouldChange({ preview: p, at, inForce }: Props) {
  const { t } = useTranslation();
  const f = useFormats();
  const list = (title: string, passages: MatchPreview['joining'], all: number) =>
    all > 0 && (
      <details>
        <summary>{t(title, { n: f.count(all) })}</summary>
        <ul className="passages">
          {passages.slice(0, SHOWN).map((x) => (
            <li key={`${x.from} ${x.into}`}>
              <Link to={`/clients/${x.from}`}>…{x.from.slice(-6)}</Link> →{' '}
              <Link to={`/clients/${x.into}`}>…{x.into.slice(-6)}</Link>
            </li>
          ))}
          {all > SHOWN && <li className="quiet">{t('models.andMore', { n: f.count(all - SHOWN) })}</li>}
        </ul>
      </details>
    );
  return (
    <div className="would-change">
      <h3>{t(inForce ? 'models.changed' : 'models.wouldChange', { when: f.moment(at) })}</h3>
      <p>
        {t('models.clients', { now: f.count(p.clients), after: f.count(p.clientsAfter) })}{' '}
        {t('models.asked', { now: f.count(p.counts.reviewNow), after: f.count(p.counts.review) })}
      </p>
      {list('models.joining', p.joining, p.counts.joining)}
      {list('models.parting', p.parting, p.counts.parting)}
      {p.counts.joining + p.counts.parting === 0 && <p>{t('models.nothingChanges')}</p>}
      {p.campaigns.length > 0 && (
        <p>
          {t('models.campaigns')}{' '}
          {p.campaigns
            .map((c) => t('models.campaign', { name: c.name, n: f.count(c.clients) }))
            .join(t('models.comma'))}
        </p>
      )}
    </div>
  );
}
