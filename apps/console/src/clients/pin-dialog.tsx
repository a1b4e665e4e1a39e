import { useQueryClient } from '@tanstack/react-query';
import { App, Form, Input, Modal } from 'antd';
import { useTranslation } from 'react-i18next';
import { usePinField } from '../api/generated/hub.js';
import type { ClientDetail } from '../api/generated/hub.schemas.js';
import type { Problem } from '../api/problem.js';
import { ProblemNote } from '../shell/problem-note.js';
import { useFieldLabel, useFieldSpec } from './field-words.js';
import { NEW_ATTRIBUTE, PinFieldChoice } from './pin-field-choice.js';
import { PinValueInput } from './pin-value-input.js';

interface Props {
  readonly client: ClientDetail;
  /** Without one, a field that has no value yet is chosen first. */
  readonly field?: string;
  readonly open: boolean;
  readonly close: () => void;
}

interface Said {
  readonly field?: string;
  readonly attribute?: string;
  readonly value: string;
  readonly reason: string;
  /** As the browser's field gives it: a time where the reader is. */
  readonly until?: string;
}

/** Sets a field by a person's word: a value, why, and until when. */
export function PinDialog({ client, field, open, close }: Props) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const label = useFieldLabel();
  const [form] = Form.useForm<Said>();
  const chosen = Form.useWatch('field', form);
  const spec = useFieldSpec(field ?? chosen);
  const pin = usePinField<Problem>({
    mutation: {
      onSuccess: (made) => {
        void message.success(t('pin.done', { field: label(made.field) }));
        leave();
        return queries.invalidateQueries();
      },
    },
  });
  const leave = () => {
    pin.reset();
    close();
  };
  const say = ({ field: free, attribute, value, reason, until }: Said) =>
    pin.mutate({
      id: client.id,
      data: {
        version: client.version,
        field: field ?? (free === NEW_ATTRIBUTE ? `attributes.${attribute}` : free!),
        value: spec?.type === 'list' ? value.split(/[\n,，]/).flatMap((v) => v.trim() || []) : value,
        reason,
        ...(until ? { expiresAt: new Date(until).toISOString() } : {}),
      },
    });
  const needed = (text: string) => [{ required: true, whitespace: true, message: text }];
  return (
    <Modal
      open={open}
      title={field === undefined ? t('pin.anotherTitle') : t('pin.title', { field: label(field) })}
      okText={t('pin.yes')}
      cancelText={t('pin.no')}
      okButtonProps={{ loading: pin.isPending }}
      onOk={() => form.submit()}
      onCancel={leave}
      afterClose={() => form.resetFields()}
      destroyOnHidden
    >
      <p>{t('pin.text')}</p>
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        onFinish={say}
        // A value of one field is none of another.
        onValuesChange={(changed) => 'field' in changed && form.setFieldValue('value', '')}
      >
        {field === undefined && <PinFieldChoice client={client} chosen={chosen} />}
        <Form.Item name="value" label={t('pin.value')} rules={needed(t('pin.valueNeeded'))}>
          <PinValueInput field={field ?? chosen} />
        </Form.Item>
        <Form.Item name="reason" label={t('identity.reason')} rules={needed(t('identity.reasonNeeded'))}>
          <Input.TextArea rows={2} maxLength={500} />
        </Form.Item>
        <Form.Item name="until" label={t('pin.untilLabel')} extra={t('pin.untilHint')}>
          <Input type="datetime-local" />
        </Form.Item>
      </Form>
      {pin.error && <ProblemNote what={t('pin.failed')} problem={pin.error} />}
    </Modal>
  );
}
