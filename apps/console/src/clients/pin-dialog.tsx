import { useQueryClient } from '@tanstack/react-query';
import { App, Form, Input, Modal } from 'antd';
import { useTranslation } from 'react-i18next';
import { usePinField } from '../api/generated/hub.js';
import type { ClientDetail } from '../api/generated/hub.schemas.js';
import type { Problem } from '../api/problem.js';
import { ProblemNote } from '../shell/problem-note.js';
import { isListField, PinValueInput } from './pin-value-input.js';

interface Props {
  readonly client: ClientDetail;
  readonly field: string;
  readonly label: string;
  readonly open: boolean;
  readonly close: () => void;
}

interface Said {
  readonly value: string;
  readonly reason: string;
  /** As the browser's field gives it: a time where the reader is. */
  readonly until?: string;
}

/** Sets a field by a person's word: a value, why, and until when. */
export function PinDialog({ client, field, label, open, close }: Props) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [form] = Form.useForm<Said>();
  const pin = usePinField<Problem>({
    mutation: {
      onSuccess: () => {
        void message.success(t('pin.done', { field: label }));
        leave();
        return queries.invalidateQueries();
      },
    },
  });
  const leave = () => {
    pin.reset();
    close();
  };
  const say = ({ value, reason, until }: Said) =>
    pin.mutate({
      id: client.id,
      data: {
        version: client.version,
        field,
        value: isListField(field) ? value.split(/[\n,，]/).flatMap((v) => v.trim() || []) : value,
        reason,
        ...(until ? { expiresAt: new Date(until).toISOString() } : {}),
      },
    });
  const needed = (text: string) => [{ required: true, whitespace: true, message: text }];
  return (
    <Modal
      open={open}
      title={t('pin.title', { field: label })}
      okText={t('pin.yes')}
      cancelText={t('pin.no')}
      okButtonProps={{ loading: pin.isPending }}
      onOk={() => form.submit()}
      onCancel={leave}
      afterClose={() => form.resetFields()}
      destroyOnHidden
    >
      <p>{t('pin.text')}</p>
      <Form form={form} layout="vertical" requiredMark={false} onFinish={say}>
        <Form.Item name="value" label={t('pin.value')} rules={needed(t('pin.valueNeeded'))}>
          <PinValueInput field={field} />
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
