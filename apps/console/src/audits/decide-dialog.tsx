import { useQueryClient } from '@tanstack/react-query';
import { App, Button, Form, Input, Modal } from 'antd';
import { useTranslation } from 'react-i18next';
import { useDecideIdentityAuditPair } from '../api/generated/hub.js';
import type { Problem } from '../api/problem.js';
import { Changes } from '../identity/changes.js';
import { ProblemNote } from '../shell/problem-note.js';

export interface Deciding {
  readonly n: number;
  readonly offer: 'together' | 'apart';
}

interface Props {
  readonly audit: string;
  readonly deciding: Deciding;
  readonly decided: (n: number) => void;
  readonly close: () => void;
}

/** Makes the answer of a pair a decision: first what that would change, then, with a reason, until it is taken back. */
export function DecideDialog({ audit, deciding, decided, close }: Props) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [form] = Form.useForm<{ reason: string }>();
  const { n, offer } = deciding;
  const preview = useDecideIdentityAuditPair<Problem>();
  const decide = useDecideIdentityAuditPair<Problem>({
    mutation: {
      onSuccess: () => {
        void message.success(t('audits.decided'));
        decided(n);
        close();
        return queries.invalidateQueries();
      },
    },
  });
  const problem = decide.error ?? preview.error;
  return (
    <Modal
      open
      title={t(`audits.decideTitle_${offer}`)}
      okText={t(`audits.decideYes_${offer}`)}
      cancelText={t('identity.unmergeNo')}
      // What it changes is to be seen before it is done.
      okButtonProps={{ danger: offer === 'apart', loading: decide.isPending, disabled: !preview.data }}
      onOk={() => form.submit()}
      onCancel={close}
      destroyOnHidden
    >
      <p>{t('audits.decideText')}</p>
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={{ reason: t('review.usualReason') }}
        onFinish={({ reason }) =>
          (preview.data ? decide : preview).mutate({ id: audit, n, data: { reason, dryRun: !preview.data } })
        }
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
      {problem && <ProblemNote what={t('audits.decideFailed')} problem={problem} />}
    </Modal>
  );
}
