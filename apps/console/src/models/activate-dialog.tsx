import { useQueryClient } from '@tanstack/react-query';
import { App, Form, Input, Modal } from 'antd';
import { useTranslation } from 'react-i18next';
import { useActivateMatchModel } from '../api/generated/hub.js';
import type { MatchPreview } from '../api/generated/hub.schemas.js';
import type { Problem } from '../api/problem.js';
import { useFormats } from '../format/formats.js';
import { ProblemNote } from '../shell/problem-note.js';

interface Props {
  readonly version: number;
  readonly preview: MatchPreview;
  readonly close: () => void;
}

/** Puts a version in force. It touches many clients, so the number of the version has to be typed. */
export function ActivateDialog({ version, preview, close }: Props) {
  const { t } = useTranslation();
  const f = useFormats();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [form] = Form.useForm<{ version: string }>();
  const activate = useActivateMatchModel<Problem>({
    mutation: {
      onSuccess: () => {
        void message.success(t('models.activating'));
        close();
        return queries.invalidateQueries();
      },
    },
  });
  return (
    <Modal
      open
      title={t('models.activateTitle', { version })}
      okText={t('models.activateYes')}
      cancelText={t('models.cancel')}
      okButtonProps={{ danger: true, loading: activate.isPending }}
      onOk={() => form.submit()}
      onCancel={close}
      destroyOnHidden
    >
      <p>
        {t('models.activateText', {
          joining: f.count(preview.counts.joining),
          parting: f.count(preview.counts.parting),
        })}
      </p>
      <Form
        form={form}
        name="activating"
        layout="vertical"
        requiredMark={false}
        onFinish={() => activate.mutate({ version })}
      >
        <Form.Item
          name="version"
          label={t('models.typeVersion', { version })}
          rules={[
            {
              validator: (_rule, text: string | undefined) =>
                text?.trim() === String(version)
                  ? Promise.resolve()
                  : Promise.reject(new Error(t('models.versionWrong', { version }))),
            },
          ]}
        >
          <Input autoComplete="off" inputMode="numeric" />
        </Form.Item>
      </Form>
      {activate.error && <ProblemNote what={t('models.activateFailed')} problem={activate.error} />}
    </Modal>
  );
}
