import { useTranslation } from 'react-i18next';
import type { VerifiedWebhook } from '../api/generated/hub.schemas.js';

/** Whether a message is valid; if not, what it lacks and where to look. */
export function SignatureVerdict({ verdict: { ok, reason, why } }: { verdict: VerifiedWebhook }) {
  const { t } = useTranslation();
  return (
    <div className={`notice ${ok ? '' : 'notice-bad'}`} role="status">
      <p>
        <b>{t(ok ? 'playground.valid' : 'playground.invalid')}</b>
      </p>
      <p>{ok ? t('playground.validHint') : t(`refusal.${reason}`, { defaultValue: why ?? '' })}</p>
    </div>
  );
}
