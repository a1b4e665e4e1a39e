import { Input, Radio } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../format/formats.js';

const HOUR_S = 3600;
const SPANS_S = [HOUR_S, 6 * HOUR_S, 24 * HOUR_S, 7 * 24 * HOUR_S];

interface Props {
  /** Undefined while a time of one's own is not yet entered. */
  readonly change: (since: string | undefined) => void;
  readonly disabled: boolean;
}

/** Since when: one of the usual spans, or any time. */
export function SinceField({ change, disabled }: Props) {
  const { t } = useTranslation();
  const f = useFormats();
  const [choice, setChoice] = useState<number | 'own'>();
  const choose = (chosen: number | 'own') => {
    setChoice(chosen);
    change(chosen === 'own' ? undefined : new Date(Date.now() - chosen * 1000).toISOString());
  };
  return (
    <fieldset className="since" disabled={disabled}>
      <legend>{t('makeUp.since')}</legend>
      <Radio.Group
        disabled={disabled}
        value={choice}
        onChange={(e) => choose(e.target.value as number | 'own')}
        options={[
          ...SPANS_S.map((s) => ({ value: s, label: t('makeUp.last', { time: f.span(s) }) })),
          { value: 'own', label: t('makeUp.own') },
        ]}
      />
      {choice === 'own' && (
        <Input
          type="datetime-local"
          aria-label={t('makeUp.ownTime')}
          onChange={(e) => change(e.target.value === '' ? undefined : new Date(e.target.value).toISOString())}
        />
      )}
    </fieldset>
  );
}
