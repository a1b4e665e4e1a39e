import { useTranslation } from 'react-i18next';
import { useCopy } from './copy-text.js';

/** A line for the terminal, with a button that copies it. */
export function Command({ children }: { children: string }) {
  const { t } = useTranslation();
  const { copied, copy } = useCopy();
  return (
    <div className="command">
      <code tabIndex={0}>{children}</code>
      {copy && (
        <button type="button" onClick={() => copy(children)}>
          {copied ? t('empty.copied') : t('empty.copy')}
        </button>
      )}
    </div>
  );
}
