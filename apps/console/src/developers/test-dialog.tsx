import { useQueryClient } from '@tanstack/react-query';
import { Form, Modal, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { useTestEndpoint } from '../api/generated/hub.js';
import type { Endpoint } from '../api/generated/hub.schemas.js';
import type { Problem } from '../api/problem.js';
import { ProblemNote } from '../shell/problem-note.js';
import { useEventTypes } from './use-event-types.js';

interface Props {
  readonly endpoint: Endpoint;
  readonly open: boolean;
  readonly close: () => void;
}

/** Sends a test, or a sample of a type, and goes to what came of it. */
export function TestDialog({ endpoint, open, close }: Props) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const types = useEventTypes();
  const [form] = Form.useForm<{ type?: string }>();
  const test = useTestEndpoint<Problem>({
    mutation: {
      onSuccess: ({ delivery }) => {
        close();
        void navigate(`/developers/endpoints/${endpoint.id}?delivery=${delivery}`);
        return queries.invalidateQueries();
      },
    },
  });
  return (
    <Modal
      open={open}
      title={t('testing.title', { name: endpoint.name })}
      okText={t('testing.send')}
      cancelText={t('testing.cancel')}
      okButtonProps={{ loading: test.isPending }}
      onOk={() => form.submit()}
      onCancel={() => {
        test.reset();
        close();
      }}
      destroyOnHidden
    >
      <p>{t('testing.text')}</p>
      <Form
        form={form}
        layout="vertical"
        onFinish={({ type }) => test.mutate({ id: endpoint.id, data: type === undefined ? {} : { type } })}
      >
        <Form.Item name="type" label={t('testing.type')}>
          <Select
            allowClear
            showSearch
            placeholder={t('testing.plain')}
            options={types.map(({ type, says }) => ({ value: type, label: `${type} · ${says}` }))}
          />
        </Form.Item>
      </Form>
      {endpoint.state === 'disabled' && <p className="notice">{t('testing.disabled')}</p>}
      {test.error && <ProblemNote what={t('testing.failed')} problem={test.error} />}
    </Modal>
  );
}
