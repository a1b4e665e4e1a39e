import { useQueryClient } from '@tanstack/react-query';
import { App, Button, Form, Input, Modal } from 'antd';
import { useTranslation } from 'react-i18next';
import { useUnblockValue } from '../api/generated/hub.js';
import type { BlockedValue } from '../api/generated/hub.schemas.js';
import type { Problem } from '../api/problem.js';
import { useSaid } from '../identity/said.js';
import { ProblemNote } from '../shell/problem-note.js';
import { BlockedChanges } from './blocked-changes.js';

/** Says that a value counts again: first what that would change, then, with a reason, for good. */
export function UnblockDialog({ value, close }: { value: BlockedValue; close: () => void }) {
  const { t } = useTranslation();
  const said = useSaid();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [form] = Form.useForm<{ reason: string }>();
  const preview = useUnblockValue<Problem>();
  const unblock = useUnblockValue<Problem>({
    mutation: {
      onSuccess: () => {
        void message.success(t('blocked.undone'));
        close();
        return queries.invalidateQueries();
      },
    },
  });
  const problem = unblock.error ?? preview.error;
  return (
    <Modal
      open
      title={t('blocked.unblockTitle')}
      okText={t('blocked.unblockYes')}
      cancelText={t('models.cancel')}
      okButtonProps={{ danger: true, loading: unblock.isPending, disabled: !preview.data }}
      onOk={() => form.submit()}
      onCancel={close}
      destroyOnHidden
    >
      <p>
        {said(value.kindText)} <code>{value.value}</code>
      </p>
      <Form
        form={form}
        name="unblocking"
        layout="vertical"
        requiredMark={false}
        onFinish={({ reason }) =>
          (preview.data ? unblock : preview).mutate({ id: value.id, data: { reason, dryRun: !preview.data } })
        }
      >
        <Form.Item
          name="reason"
          label={t('blocked.reason')}
          rules={[{ required: true, whitespace: true, message: t('blocked.needed') }]}
        >
          <Input.TextArea rows={2} maxLength={500} />
        </Form.Item>
        {!preview.data && (
          <Button htmlType="submit" loading={preview.isPending}>
            {t('blocked.preview')}
          </Button>
        )}
      </Form>
      {preview.data && <BlockedChanges change={preview.data} />}
      {problem && <ProblemNote what={t('blocked.failed')} problem={problem} />}
    </Modal>
  );
}
