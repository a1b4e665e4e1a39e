import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ClientDetail, Pin } from '../api/generated/hub.schemas.js';
import { useFormats } from '../format/formats.js';
import { useFieldValue } from './field-words.js';
import { UnpinDialog } from './unpin-dialog.js';

interface Props {
  readonly client: ClientDetail;
  readonly pin: Pin;
  /** Masked, or in clear. */
  readonly value: string | readonly string[];
  readonly mayWrite: boolean;
}

/** A pin that stands for a field: who set it, why, until when; whether it wins or waits behind a newer one. */
export function FieldPin({ client, pin, value, mayWrite }: Props) {
  const { t } = useTranslation();
  const f = useFormats();
  const word = useFieldValue();
  const [ending, setEnding] = useState(false);
  return (
    <li className={pin.state === 'wins' ? 'won' : 'lost'}>
      <p>
        <span className="why-value">{word(pin.field, value)}</span>{' '}
        <span className="why-by">{t(pin.state === 'wins' ? 'rule.pin' : 'lost.waits')}</span>
      </p>
      <p className="fields-from">
        {t('pin.by', { who: pin.pinnedBy, time: f.moment(pin.pinnedAt) })} · {t('pin.because', { reason: pin.reason })}{' '}
        · {pin.expiresAt === null ? t('pin.forGood') : t('pin.until', { time: f.date(pin.expiresAt) })}
      </p>
      {mayWrite && (
        <p className="why-actions">
          <Button size="small" onClick={() => setEnding(true)}>
            {t('pin.end')}
          </Button>
        </p>
      )}
      <UnpinDialog client={client} pin={pin} open={ending} close={() => setEnding(false)} />
    </li>
  );
}
