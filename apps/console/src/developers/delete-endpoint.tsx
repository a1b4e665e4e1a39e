import { useQueryClient } from '@tanstack/react-query';
import { Button, Form, Input, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { getListEndpointsQueryKey, useDeleteEndpoint } from '../api/generated/hub.js';
import type { Endpoint } from '../api/generated/hub.schemas.js';
import type { Problem } from '../api/problem.js';
import { ProblemNote } from '../shell/problem-note.js';

/** Removes an endpoint with all that waits for it. It cannot be taken back, so its name has to be typed. */
export function DeleteEndpoint({ endpoint }: { endpoint: Endpoint }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [asking, setAsking] = useState(false);
  const [form] = Form.useForm<{ name: string }>();
  const remove = useDeleteEndpoint<Problem>({
    mutation: {
      onSuccess: () => {
        void navigate('/developers');
        return queries.invalidateQueries({ queryKey: getListEndpointsQueryKey() });
      },
    },
  });
  return (
    <section className="panel danger" aria-label={t('deleting.title')}>
      <h2>{t('deleting.title')}</h2>
      <p className="quiet">{t('deleting.text')}</p>
      <Button danger onClick={() => setAsking(true)}>
        {t('deleting.ask')}
      </Button>
      <Modal
        open={asking}
        title={t('deleting.sure', { name: endpoint.name })}
        okText={t('deleting.yes')}
        cancelText={t('testing.cancel')}
        okButtonProps={{ danger: true, loading: remove.isPending }}
        onOk={() => form.submit()}
        onCancel={() => setAsking(false)}
        destroyOnHidden
      >
        <p>{t('deleting.lost')}</p>
        <Form
          form={form}
          name="deleting"
          layout="vertical"
          requiredMark={false}
          onFinish={() => remove.mutate({ id: endpoint.id })}
        >
          <Form.Item
            name="name"
            label={t('deleting.name')}
            rules={[
              {
                validator: (_rule, text: string) =>
                  text === endpoint.name ? Promise.resolve() : Promise.reject(new Error(t('deleting.nameWrong'))),
              },
            ]}
          >
            <Input autoComplete="off" placeholder={endpoint.name} />
          </Form.Item>
        </Form>
        {remove.error && <ProblemNote what={t('deleting.failed')} problem={remove.error} />}
      </Modal>
    </section>
  );
}
