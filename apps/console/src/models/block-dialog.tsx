import { useQueryClient } from '@tanstack/react-query';
import { App, Button, Form, Input, Modal, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { useBlockValue } from '../api/generated/hub.js';
import { BlockValueKind, type MatchSettings } from '../api/generated/hub.schemas.js';
import type { Problem } from '../api/problem.js';
import { useSaid } from '../identity/said.js';
import { ProblemNote } from '../shell/problem-note.js';
import { BlockedChanges } from './blocked-changes.js';

interface Props {
  readonly names: MatchSettings['valueLimits'];
  readonly close: () => void;
}

interface Block {
  readonly kind: BlockValueKind;
  readonly value: string;
  readonly reason: string;
}

const KINDS = Object.values(BlockValueKind);

/** Says that a value is no evidence: first what that would change, then, with a reason, until it is unblocked. */
export function BlockDialog({ names, close }: Props) {
  const { t } = useTranslation();
  const said = useSaid();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [form] = Form.useForm<Block>();
  const preview = useBlockValue<Problem>();
  const block = useBlockValue<Problem>({
    mutation: {
      onSuccess: () => {
        void message.success(t('blocked.done'));
        close();
        return queries.invalidateQueries();
      },
    },
  });
  const options = KINDS.flatMap((value) => {
    const words = names.find((n) => n.name === value)?.nameText;
    return words === undefined ? [] : [{ value, label: said(words) }];
  });
  const needed = [{ required: true, whitespace: true, message: t('blocked.needed') }];
  const problem = block.error ?? preview.error;
  return (
    <Modal
      open
      title={t('blocked.blockTitle')}
      okText={t('blocked.blockYes')}
      cancelText={t('models.cancel')}
      // What it changes is to be seen before it is done.
      okButtonProps={{ danger: true, loading: block.isPending, disabled: !preview.data }}
      onOk={() => form.submit()}
      onCancel={close}
      destroyOnHidden
    >
      <p>{t('blocked.blockText')}</p>
      <Form
        form={form}
        name="blocking"
        layout="vertical"
        requiredMark={false}
        initialValues={{ kind: BlockValueKind.phone }}
        // Another value changes something else.
        onValuesChange={(changed: Partial<Block>) => changed.reason === undefined && preview.reset()}
        onFinish={(b) => (preview.data ? block : preview).mutate({ data: { ...b, dryRun: !preview.data } })}
      >
        <Form.Item name="kind" label={t('blocked.kind')}>
          <Select options={options} />
        </Form.Item>
        <Form.Item name="value" label={t('blocked.value')} rules={needed}>
          <Input autoComplete="off" maxLength={200} />
        </Form.Item>
        <Form.Item name="reason" label={t('blocked.reason')} rules={needed}>
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
