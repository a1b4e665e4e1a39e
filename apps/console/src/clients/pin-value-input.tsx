import { Input, Select } from 'antd';
import { useTranslation } from 'react-i18next';

/** Fields that take one of some codes, and where their words stand. */
const CODES: Readonly<Record<string, { readonly words: string; readonly codes: readonly string[] }>> = {
  kind: { words: 'partyKind', codes: ['person', 'organisation', 'product'] },
  gender: { words: 'gender', codes: ['female', 'male', 'other'] },
  status: { words: 'clientStatus', codes: ['active', 'dormant', 'leaving', 'closed', 'prospect'] },
};
const LISTS: readonly string[] = ['phones', 'emails'];
const DAYS: readonly string[] = ['birthDate', 'opened'];

export function isListField(field: string): boolean {
  return LISTS.includes(field);
}

interface Props {
  readonly field: string;
  /** Given by the form. */
  readonly id?: string;
  readonly value?: string;
  readonly onChange?: (value: string) => void;
}

/** The input for a value of a field: a choice, a day, one entry a line, or a text. */
export function PinValueInput({ field, id, value = '', onChange = () => {} }: Props) {
  const { t } = useTranslation();
  const choice = CODES[field];
  const common = id === undefined ? {} : { id };
  if (choice)
    return (
      <Select
        {...common}
        {...(value === '' ? {} : { value })}
        onChange={onChange}
        options={choice.codes.map((code) => ({ value: code, label: t(`${choice.words}.${code}`) }))}
      />
    );
  if (isListField(field))
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
      type={DAYS.includes(field) ? 'date' : 'text'}
      onChange={(e) => onChange(e.target.value)}
    />
  );
}
