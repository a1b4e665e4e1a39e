import { useTranslation } from 'react-i18next';
import type { BlockedChange } from '../api/generated/hub.schemas.js';
import { useFormats } from '../format/formats.js';
import { Changes } from '../identity/changes.js';

/** How many state a value, and whom blocking or unblocking it joins or parts. */
export function BlockedChanges({ change }: { change: BlockedChange }) {
  const { t } = useTranslation();
  const f = useFormats();
  return (
    <>
      <p>{t('blocked.stating', { n: f.count(change.stating) })}</p>
      {change.later ? <p role="status">{t('blocked.later')}</p> : <Changes changes={change.changes} />}
    </>
  );
}
