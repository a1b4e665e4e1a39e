import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ClientDetail } from '../api/generated/hub.schemas.js';
import { FieldAccount } from './field-account.js';

interface Props {
  readonly client: ClientDetail;
  readonly field: string;
  readonly label: string;
}

/** Opens under a field why it has its value, and what a person may say about it. */
export function FieldWhy({ client, field, label }: Props) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const account = useId();
  return (
    <>
      <button
        type="button"
        className="why-ask"
        aria-label={t('why.of', { field: label })}
        aria-expanded={open}
        aria-controls={account}
        onClick={() => setOpen(!open)}
      >
        {t('why.why')}
      </button>
      <div id={account} className="why-account" hidden={!open}>
        {open && <FieldAccount client={client} field={field} />}
      </div>
    </>
  );
}
