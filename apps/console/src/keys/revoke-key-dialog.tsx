import { useQueryClient } from '@tanstack/react-query';
import { App, Form, Input, Modal } from 'antd';
import { useTranslation } from 'react-i18next';
import { useRevokeApiKey } from '../api/generated/hub.js';
import type { ApiKey } from '../api/generated/hub.schemas.js';
import type { Problem } from '../api/problem.js';
import { useFormats } from '../format/formats.js';
import { ProblemNote } from '../shell/problem-note.js';

interface Props {
  /** The key to revoke; absent while nobody is asked. */
  readonly of: ApiKey | undefined;
  readonly close: () => void;
}

/** Ends a key at once. It cannot be taken back and may stop a program, so its name has to be typed. */
export function RevokeKeyDialog({ of: key, close }: Props) {
  const { t } = useTranslation();
  const f = useFormats();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [form] = Form.useForm<{ name: string }>();
  const leave = () => {
    revoke.reset();
    close();
  };
  const revoke = useRevokeApiKey<Problem>({
    mutation: {
      onSuccess: () => {
        void message.success(t('apiKeys.revoked', { name: key?.name }));
        leave();
        return queries.invalidateQueries();
      },
    },
  });
  const used = key?.lastUsedAt;
  return (
    <Modal
      open={key !== undefined}
      title={t('apiKeys.revokeTitle', { name: key?.name })}
      okText={t('apiKeys.revokeYes')}
      cancelText={t('apiKeys.cancel')}
      okButtonProps={{ danger: true, loading: revoke.isPending }}
      onOk={() => form.submit()}
      onCancel={leave}
      destroyOnHidden
    >
      <p>
        {t('apiKeys.revokeText')}{' '}
        {used ? t('apiKeys.usedHint', { ago: f.ago((Date.now() - Date.parse(used)) / 1000) }) : t('apiKeys.neverHint')}
      </p>
      <Form
        form={form}
        name="revoking"
        layout="vertical"
        requiredMark={false}
        preserve={false}
        onFinish={() => key && revoke.mutate({ id: key.id })}
      >
        <Form.Item
          name="name"
          label={t('apiKeys.typeName')}
          rules={[
            {
              validator: (_rule, text: string) =>
                text === key?.name ? Promise.resolve() : Promise.reject(new Error(t('apiKeys.nameWrong'))),
            },
          ]}
        >
          <Input autoComplete="off" placeholder={key?.name} />
        </Form.Item>
      </Form>
      {revoke.error && <ProblemNote what={t('apiKeys.revokeFailed')} problem={revoke.error} />}
    </Modal>
  );
}
