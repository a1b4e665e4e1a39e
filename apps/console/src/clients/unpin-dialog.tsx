import { useQueryClient } from '@tanstack/react-query';
import { App, Form, Input, Modal } from 'antd';
import { useTranslation } from 'react-i18next';
import { useUnpinField } from '../api/generated/hub.js';
import type { ClientDetail, Pin } from '../api/generated/hub.schemas.js';
import type { Problem } from '../api/problem.js';
import { ProblemNote } from '../shell/problem-note.js';

interface Props {
  readonly client: ClientDetail;
  readonly pin: Pin;
  readonly open: boolean;
  readonly close: () => void;
}

/** Takes a pin away, with a reason: the sources decide again. */
export function UnpinDialog({ client, pin, open, close }: Props) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [form] = Form.useForm<{ reason: string }>();
  const unpin = useUnpinField<Problem>({
    mutation: {
      onSuccess: () => {
        void message.success(t('pin.ended'));
        leave();
        return queries.invalidateQueries();
      },
    },
  });
  const leave = () => {
    unpin.reset();
    close();
  };
  return (
    <Modal
      open={open}
      title={t('pin.endTitle')}
      okText={t('pin.endYes')}
      cancelText={t('pin.no')}
      okButtonProps={{ danger: true, loading: unpin.isPending }}
      onOk={() => form.submit()}
      onCancel={leave}
      afterClose={() => form.resetFields()}
      destroyOnHidden
    >
      <p>{t('pin.endText')}</p>
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        onFinish={({ reason }) =>
          unpin.mutate({ id: client.id, pin: pin.id, data: { version: client.version, reason } })
        }
      >
        <Form.Item
          name="reason"
          label={t('identity.reason')}
          rules={[{ required: true, whitespace: true, message: t('identity.reasonNeeded') }]}
        >
          <Input.TextArea rows={2} maxLength={500} />
        </Form.Item>
      </Form>
      {unpin.error && <ProblemNote what={t('pin.endFailed')} problem={unpin.error} />}
    </Modal>
  );
}
