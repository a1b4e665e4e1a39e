import { useTranslation } from 'react-i18next';
import type { ApiKey } from '../api/generated/hub.schemas.js';
import { useFormats } from '../format/formats.js';

const SOON_MS = 14 * 86_400_000;

interface Props {
  readonly of: ApiKey;
  /** How the key that followed it begins. */
  readonly successor: string | undefined;
}

/** Whether a key works, until or since when, and what followed it. */
export function KeyStateView({ of: k, successor }: Props) {
  const { t } = useTranslation();
  const f = useFormats();
  const works = k.state === 'active' || k.state === 'retiring';
  const end = k.state === 'revoked' ? k.revokedAt : k.expiresAt;
  const soon = k.state === 'active' && end !== null && Date.parse(end) - Date.now() < SOON_MS;
  return (
    <>
      <span className={`state api-key-${soon ? 'soon' : k.state}`}>
        {t(soon ? 'apiKeys.soon' : `apiKeys.state_${k.state}`)}
      </span>
      <span className="api-key-fact">
        {end === null ? t('apiKeys.forGood') : t(works ? 'apiKeys.until' : 'apiKeys.since', { time: f.moment(end) })}
      </span>
      {successor !== undefined && <span className="api-key-fact">{t('apiKeys.follows', { prefix: successor })}</span>}
    </>
  );
}
