import { useState } from 'react';
import { useTranslation } from 'react-i18next';

const SHOWN_MS = 1600;

/** A line for the terminal, with a button that copies it. */
export function Command({ children }: { children: string }) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(children);
    setCopied(true);
    setTimeout(() => setCopied(false), SHOWN_MS);
  };
  return (
    <div className="command">
      <code tabIndex={0}>{children}</code>
      {/* Without TLS a browser has no clipboard for the page; the text can still be selected. */}
      {'clipboard' in navigator && (
        <button type="button" onClick={() => void copy()}>
          {copied ? t('empty.copied') : t('empty.copy')}
        </button>
      )}
    </div>
  );
}
