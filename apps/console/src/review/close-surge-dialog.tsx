import { useQueryClient } from '@tanstack/react-query';
import { Form, Input, Modal } from 'antd';
import { useTranslation } from 'react-i18next';
import { useCloseJoinSurge } from '../api/generated/hub.js';
import type { JoinSurge } from '../api/generated/hub.schemas.js';
import type { Problem } from '../api/problem.js';
import { ProblemNote } from '../shell/problem-note.js';

/** Ends an alarm, with what was found. */
export function CloseSurgeDialog({ surge, close }: { surge: JoinSurge; close: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [form] = Form.useForm<{ reason: string }>();
  const end = useCloseJoinSurge<Problem>({
    mutation: {
      onSuccess: () => {
        close();
        return queries.invalidateQueries();
      },
    },
  });
  return (
    <Modal
      open
      title={t('review.surgeCloseTitle')}
      okText={t('review.surgeCloseYes')}
      cancelText={t('review.surgeCloseNo')}
      okButtonProps={{ loading: end.isPending }}
      onOk={() => form.submit()}
      onCancel={close}
      destroyOnHidden
    >
      <p>{t('review.surgeCloseText')}</p>
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        onFinish={({ reason }) => end.mutate({ id: surge.id, data: { reason } })}
      >
        <Form.Item
          name="reason"
          label={t('review.surgeFound')}
          rules={[{ required: true, whitespace: true, message: t('review.surgeFoundNeeded') }]}
        >
          <Input.TextArea rows={2} maxLength={500} />
        </Form.Item>
      </Form>
      {end.error && <ProblemNote what={t('review.surgeCloseFailed')} problem={end.error} />}
    </Modal>
  );
}
