import { useQueryClient } from '@tanstack/react-query';
import { Form, InputNumber, Modal } from 'antd';
import { useTranslation } from 'react-i18next';
import { useRotateApiKey } from '../api/generated/hub.js';
import type { ApiKey } from '../api/generated/hub.schemas.js';
import type { Problem } from '../api/problem.js';
import { ProblemNote } from '../shell/problem-note.js';
import { KeyOnce } from './key-once.js';

const USUAL_HOURS = 24;
const MOST_HOURS = 720;

interface Props {
  /** The key to follow; absent while nobody is asked. */
  readonly of: ApiKey | undefined;
  readonly close: () => void;
}

/** A new key beside the old one, for as long as the program needs to change over; then the new key, once. */
export function RotateKeyDialog({ of: old, close }: Props) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [form] = Form.useForm<{ overlapHours: number }>();
  const rotate = useRotateApiKey<Problem>({ mutation: { onSuccess: () => queries.invalidateQueries() } });
  const leave = () => {
    rotate.reset();
    close();
  };
  return (
    <>
      <Modal
        open={old !== undefined && !rotate.data}
        title={t('apiKeys.rotateTitle', { name: old?.name })}
        okText={t('apiKeys.rotateYes')}
        cancelText={t('apiKeys.cancel')}
        okButtonProps={{ loading: rotate.isPending }}
        onOk={() => form.submit()}
        onCancel={leave}
        destroyOnHidden
      >
        <p>{t('apiKeys.rotateText')}</p>
        <Form
          form={form}
          name="rotating"
          layout="vertical"
          requiredMark={false}
          preserve={false}
          initialValues={{ overlapHours: USUAL_HOURS }}
          onFinish={(data) => old && rotate.mutate({ id: old.id, data })}
        >
          <Form.Item
            name="overlapHours"
            label={t('apiKeys.overlap')}
            extra={t('apiKeys.overlapHint')}
            rules={[{ required: true, message: t('apiKeys.overlapHint') }]}
          >
            <InputNumber min={0} max={MOST_HOURS} precision={0} />
          </Form.Item>
        </Form>
        {rotate.error && <ProblemNote what={t('apiKeys.rotateFailed')} problem={rotate.error} />}
      </Modal>
      <KeyOnce made={old ? rotate.data : undefined} close={leave} />
    </>
  );
}
