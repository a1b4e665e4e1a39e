import { useTranslation } from 'react-i18next';
import type { IdentitySide } from '../api/generated/hub.schemas.js';
import { shortMask } from '../clients/masked.js';

/** Names one identity, and not the client that it is of. */
export function SideHead({ side, unnamed }: { side: IdentitySide; unnamed: string }) {
  const { t } = useTranslation();
  const { type, key } = side.identity;
  return (
    <>
      {side.name ?? side.nameLatin ?? unnamed}
      <span className="side-key">
        {t(`key.${type}`)} {type !== 'id_document' && <code>{shortMask(key)}</code>}
      </span>
    </>
  );
}
