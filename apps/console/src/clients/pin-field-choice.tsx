import { Form, Input, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import type { ClientDetail } from '../api/generated/hub.schemas.js';
import { ProblemNote } from '../shell/problem-note.js';
import { useClientFields, useFieldLabel } from './field-words.js';

/** Stands for an attribute that the client does not have. No field is named so. */
export const NEW_ATTRIBUTE = '+';

const NAME = /^[a-z][A-Za-z0-9_]{0,39}$/;

interface Props {
  readonly client: ClientDetail;
  /** What is chosen now. */
  readonly chosen: string | undefined;
}

/** A field of the client that has no value, or an attribute by its name. Those with a value have a place of their own. */
export function PinFieldChoice({ client, chosen }: Props) {
  const { t } = useTranslation();
  const label = useFieldLabel();
  const { data, error, refetch } = useClientFields();
  if (error) return <ProblemNote what={t('pin.fieldsFailed')} problem={error} retry={() => void refetch()} />;
  const free = (data?.items ?? []).filter((f) => client.lineage[f.field] === undefined).map((f) => f.field);
  return (
    <>
      <Form.Item
        name="field"
        label={t('pin.field')}
        extra={t('pin.fieldHint')}
        rules={[{ required: true, message: t('pin.fieldNeeded') }]}
      >
        <Select
          loading={!data}
          virtual={false}
          options={[
            ...free.map((field) => ({ value: field, label: label(field) })),
            { value: NEW_ATTRIBUTE, label: t('pin.newAttribute') },
          ]}
        />
      </Form.Item>
      {chosen === NEW_ATTRIBUTE && (
        <Form.Item
          name="attribute"
          label={t('pin.attributeName')}
          extra={t('pin.attributeHint')}
          rules={[
            {
              validator: (_rule, name: string = '') => {
                if (!NAME.test(name)) return Promise.reject(new Error(t('pin.attributeNeeded')));
                return client.lineage[`attributes.${name}`] === undefined
                  ? Promise.resolve()
                  : Promise.reject(new Error(t('pin.attributeThere')));
              },
            },
          ]}
        >
          <Input maxLength={40} spellCheck={false} autoComplete="off" />
        </Form.Item>
      )}
    </>
  );
}
