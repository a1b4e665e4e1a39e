import { useTranslation } from 'react-i18next';
import { useCopy } from '../shell/copy-text.js';

interface Props {
  /** What the text is: names the block for those who do not see it. */
  readonly label: string;
  readonly text: string;
}

/** A text for machines, to read, scroll and copy. */
export function CodeBlock({ label, text }: Props) {
  const { t } = useTranslation();
  const { copied, copy } = useCopy();
  return (
    <figure className="code-block">
      <figcaption>
        <span>{label}</span>
        {copy && (
          <button type="button" className="link" onClick={() => copy(text)}>
            {copied ? t('empty.copied') : t('empty.copy')}
            <span className="unseen"> {label}</span>
          </button>
        )}
      </figcaption>
      <pre tabIndex={0} role="group" aria-label={label}>
        {text}
      </pre>
    </figure>
  );
}
