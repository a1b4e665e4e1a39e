import { useTranslation } from 'react-i18next';
import { Offer } from './offer.js';
import type { Deciding } from './decide-dialog.js';
import type { Said } from './use-answers.js';

/** What was answered last, the way back, and the decision it may become. */
export function LastAnswer({
  said,
  undo,
  decide,
}: {
  said: Said;
  undo: () => void;
  decide: (deciding: Deciding) => void;
}) {
  const { t } = useTranslation();
  return (
    <p className="notice last-decision" role="status">
      <span>
        {said.answer === null
          ? t('audits.unsaid', { n: said.n })
          : t('audits.said', { n: said.n, answer: t(`audits.answer_${said.answer}`) })}{' '}
        <Offer n={said.n} offer={said.offer} decide={decide} />
      </span>
      {said.answer !== null && (
        <button type="button" className="link" onClick={undo}>
          {t('audits.undo')} <kbd aria-hidden="true">u</kbd>
        </button>
      )}
    </p>
  );
}
