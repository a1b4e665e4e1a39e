import { useTranslation } from 'react-i18next';
import type { AuditPairAnswered } from '../api/generated/hub.schemas.js';
import type { Deciding } from './decide-dialog.js';

interface Props {
  readonly n: number;
  readonly offer: AuditPairAnswered['offer'];
  readonly decide: (deciding: Deciding) => void;
}

/** That the hub does otherwise than a person said, and the way to make it follow. */
export function Offer({ n, offer, decide }: Props) {
  const { t } = useTranslation();
  if (offer === null) return null;
  return (
    <>
      {t(`audits.offer_${offer}`)}{' '}
      <button type="button" className="link" onClick={() => decide({ n, offer })}>
        {t(`audits.decide_${offer}`)}
      </button>
    </>
  );
}
