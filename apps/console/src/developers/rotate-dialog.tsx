import { useQueryClient } from '@tanstack/react-query';
import { Form, InputNumber, Modal, Radio } from 'antd';
import { useTranslation } from 'react-i18next';
import { useRotateEndpointKey } from '../api/generated/hub.js';
import type { Endpoint } from '../api/generated/hub.schemas.js';
import type { Problem } from '../api/problem.js';
import { ProblemNote } from '../shell/problem-note.js';
import { SecretOnce } from './secret-once.js';

interface Rotation {
  readonly kind: 'v1' | 'v1a';
  readonly overlapHours: number;
}

const USUAL: Rotation = { kind: 'v1', overlapHours: 24 };

interface Props {
  readonly endpoint: Endpoint;
  readonly open: boolean;
  readonly close: () => void;
}

/** A new key beside the old ones, for as long as the receiver needs to change over; then the new secret, once. */
export function RotateDialog({ endpoint, open, close }: Props) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [form] = Form.useForm<Rotation>();
  const rotate = useRotateEndpointKey<Problem>({ mutation: { onSuccess: () => queries.invalidateQueries() } });
  const leave = () => {
    rotate.reset();
    close();
  };
  return (
    <>
      <Modal
        open={open && !rotate.data}
        title={t('signing.rotateTitle')}
        okText={t('signing.rotateYes')}
        cancelText={t('testing.cancel')}
        okButtonProps={{ loading: rotate.isPending }}
        onOk={() => form.submit()}
        onCancel={leave}
        destroyOnHidden
      >
        <p>{t('signing.rotateText')}</p>
        <Form
          form={form}
          layout="vertical"
          requiredMark={false}
          initialValues={USUAL}
          onFinish={(data) => rotate.mutate({ id: endpoint.id, data })}
        >
          <Form.Item name="kind" label={t('signing.kind')}>
            <Radio.Group
              options={[
                { value: 'v1', label: t('signing.kind_v1') },
                { value: 'v1a', label: t('signing.kind_v1a') },
              ]}
            />
          </Form.Item>
          <Form.Item name="overlapHours" label={t('signing.overlap')} extra={t('signing.overlapHint')}>
            <InputNumber min={0} max={720} precision={0} />
          </Form.Item>
        </Form>
        {rotate.error && <ProblemNote what={t('signing.rotateFailed')} problem={rotate.error} />}
      </Modal>
      <SecretOnce made={open ? rotate.data : undefined} close={leave} />
    </>
  );
}
