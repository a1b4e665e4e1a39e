import { Form, Radio } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

interface Props {
  readonly name: 'headers' | 'oauth' | 'mutualTls' | 'serverCa' | 'login';
  /** What may be shown of what is set; empty when nothing is. */
  readonly set: string;
  /** The fields to set it anew. */
  readonly children: ReactNode;
}

/** Something sealed: it stays, is replaced, or goes. What it is now is not shown, for the hub does not tell. */
export function SealedChoice({ name, set, children }: Props) {
  const { t } = useTranslation();
  const change = Form.useWatch<string>([name, 'change']);
  const choices = set === '' ? (['keep', 'set'] as const) : (['keep', 'set', 'remove'] as const);
  return (
    <fieldset className="sealed">
      <legend>{t(`sealed.${name}`)}</legend>
      {set !== '' && (
        <p className="quiet">
          {t('sealed.is')} <code>{set}</code>
        </p>
      )}
      <Form.Item name={[name, 'change']}>
        <Radio.Group
          options={choices.map((value) => ({
            value,
            label: t(set === '' ? `sealed.none_${value}` : `sealed.change_${value}`),
          }))}
        />
      </Form.Item>
      {change === 'set' && children}
    </fieldset>
  );
}
