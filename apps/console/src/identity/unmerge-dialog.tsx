import { useQueryClient } from '@tanstack/react-query';
import { App, Button, Form, Input, Modal } from 'antd';
import { useTranslation } from 'react-i18next';
import { useUnmergeClient } from '../api/generated/hub.js';
import type { Problem } from '../api/problem.js';
import { ProblemNote } from '../shell/problem-note.js';
import { Changes } from './changes.js';

interface Props {
  readonly client: string;
  readonly identities: readonly number[];
  readonly open: boolean;
  readonly close: (done: boolean) => void;
}

/** Says that identities are somebody else: first what that would change, then, with a reason, for good or until undone. */
export function UnmergeDialog({ client, identities, open, close }: Props) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [form] = Form.useForm<{ reason: string }>();
  const preview = useUnmergeClient<Problem>();
  const unmerge = useUnmergeClient<Problem>({
    mutation: {
      onSuccess: () => {
        void message.success(t('identity.unmerged'));
        leave(true);
        return queries.invalidateQueries();
      },
    },
  });
  const leave = (done: boolean) => {
    preview.reset();
    unmerge.reset();
    close(done);
  };
  const say = (reason: string, dryRun: boolean) =>
    (dryRun ? preview : unmerge).mutate({ id: client, data: { identities: [...identities], reason, dryRun } });
  const problem = unmerge.error ?? preview.error;
  return (
    <Modal
      open={open}
      title={t('identity.unmergeTitle')}
      okText={t('identity.unmergeYes')}
      cancelText={t('identity.unmergeNo')}
      // What it changes is to be seen before it is done.
      okButtonProps={{ danger: true, loading: unmerge.isPending, disabled: !preview.data }}
      onOk={() => form.submit()}
      onCancel={() => leave(false)}
      destroyOnHidden
    >
      <p>{t('identity.unmergeText')}</p>
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        onFinish={({ reason }) => say(reason, preview.data === undefined)}
      >
        <Form.Item
          name="reason"
          label={t('identity.reason')}
          rules={[{ required: true, whitespace: true, message: t('identity.reasonNeeded') }]}
        >
          <Input.TextArea rows={2} maxLength={500} />
        </Form.Item>
        {!preview.data && (
          <Button htmlType="submit" loading={preview.isPending}>
            {t('identity.preview')}
          </Button>
        )}
      </Form>
      {preview.data && <Changes changes={preview.data} />}
      {problem && <ProblemNote what={t('identity.failed')} problem={problem} />}
    </Modal>
  );
}
