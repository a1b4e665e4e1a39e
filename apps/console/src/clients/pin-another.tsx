import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ClientDetail } from '../api/generated/hub.schemas.js';
import { useSignedIn } from '../session/session.js';
import { PinDialog } from './pin-dialog.js';

/** Lets a person who may write say what no system states. */
export function PinAnother({ client }: { client: ClientDetail }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  if (!useSignedIn().scopes.includes('write')) return null;
  return (
    <p className="fields-more">
      <Button size="small" onClick={() => setOpen(true)}>
        {t('pin.another')}
      </Button>
      <PinDialog client={client} open={open} close={() => setOpen(false)} />
    </p>
  );
}
