import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { IdentityChanges } from '../api/generated/hub.schemas.js';
import { useFormats } from '../format/formats.js';

/** What a decision would change, or did: who joins whom, who parts, and which campaigns have them. */
export function Changes({ changes }: { changes: IdentityChanges }) {
  const { t } = useTranslation();
  const f = useFormats();
  const none = changes.merged.length + changes.split.length === 0;
  return (
    <div className="changes" role="status">
      {none && <p>{t('identity.nothingChanges')}</p>}
      <ul>
        {changes.merged.map((p) => (
          <li key={`m${p.from}`}>
            {t('identity.joins')} <Client id={p.from} /> → <Client id={p.into} />
          </li>
        ))}
        {changes.split.map((p) => (
          <li key={`s${p.into}`}>
            {t('identity.parts')} <Client id={p.into} /> ← <Client id={p.from} />
          </li>
        ))}
      </ul>
      {!none && (
        <p className="quiet">
          {changes.campaigns.length === 0
            ? t('identity.noCampaign')
            : t('identity.campaigns', {
                names: changes.campaigns.map((c) => `${c.name} (${f.count(c.clients)})`).join(', '),
              })}
        </p>
      )}
    </div>
  );
}

function Client({ id }: { id: string }) {
  return (
    <Link to={`/clients/${id}`}>
      <code>…{id.slice(-8)}</code>
    </Link>
  );
}
