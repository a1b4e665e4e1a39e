import { Input, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { useFieldSpec, useFieldValue } from './field-words.js';

interface Props {
  readonly field: string | undefined;
  /** Given by the form. */
  readonly id?: string;
  readonly value?: string;
  readonly onChange?: (value: string) => void;
}

/** The input for a value of a field: a choice, a day, one entry a line, or a text. */
export function PinValueInput({ field, id, value = '', onChange = () => {} }: Props) {
  const { t } = useTranslation();
  const word = useFieldValue();
  const spec = useFieldSpec(field);
  const common = id === undefined ? {} : { id };
  if (spec?.type === 'code')
    return (
      <Select
        {...common}
        {...(value === '' ? {} : { value })}
        onChange={onChange}
        options={spec.codes.map((code) => ({ value: code, label: word(spec.field, code) }))}
      />
    );
  if (spec?.type === 'list')
    return (
      <Input.TextArea
        {...common}
        value={value}
        rows={3}
        placeholder={t('pin.listHint')}
        onChange={(e) => onChange(e.target.value)}
      />
    );
  return (
    <Input
      {...common}
      value={value}
      maxLength={500}
      type={spec?.type === 'day' ? 'date' : 'text'}
      onChange={(e) => onChange(e.target.value)}
    />
  );
}
