import { useState } from 'react';
import { useTranslation } from 'react-i18next';

const SHOWN_MS = 1600;

/** Puts a text on the clipboard, and says so for a moment. */
export function useCopy(): { copied: boolean; copy: ((text: string) => void) | undefined } {
  const [copied, setCopied] = useState(false);
  const copy = (text: string) => {
    void navigator.clipboard.writeText(text).then(() => {
      setCopied(true);
      setTimeout(() => setCopied(false), SHOWN_MS);
    });
  };
  // Without TLS a browser has no clipboard for the page; the text can still be selected.
  return { copied, copy: 'clipboard' in navigator ? copy : undefined };
}

/** An id that can be copied by a click. */
export function CopyText({ text }: { text: string }) {
  const { t } = useTranslation();
  const { copied, copy } = useCopy();
  return (
    <span className="copy-text">
      <code>{text}</code>
      {copy && (
        <button type="button" className="link" onClick={() => copy(text)}>
          {copied ? t('empty.copied') : t('empty.copy')}
        </button>
      )}
    </span>
  );
}
