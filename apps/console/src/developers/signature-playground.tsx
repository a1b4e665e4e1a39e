import { Button, Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'react-router';
import { useSignWebhook, useVerifyWebhook } from '../api/generated/hub.js';
import type { Problem } from '../api/problem.js';
import { ProblemNote } from '../shell/problem-note.js';
import type { Message } from './message.js';
import { SignatureVerdict } from './signature-verdict.js';

interface Signed {
  readonly key: string;
  readonly id: string;
  readonly timestamp: string;
  readonly signature: string;
  readonly body: string;
}

const SAMPLE = '{"specversion":"1.0","type":"client.updated","data":{"version":7}}';

/** A message, its key and its headers: sign it, change a byte, and see whether it still verifies, and why not. */
export function SignaturePlayground() {
  const { t } = useTranslation();
  const sent = useLocation().state as Message | null;
  const [form] = Form.useForm<Signed>();
  const sign = useSignWebhook<Problem>({
    mutation: {
      onSuccess: (headers) => {
        form.setFieldsValue({ timestamp: headers['webhook-timestamp'], signature: headers['webhook-signature'] });
        verify.reset();
      },
    },
  });
  const verify = useVerifyWebhook<Problem>();
  const needed = [{ required: true, message: t('signIn.needed') }];
  const signNow = async () => {
    const { key, id, body } = await form.validateFields(['key', 'id', 'body']);
    sign.mutate({ data: { key: key.trim(), id, body } });
  };
  const check = (v: Signed) => {
    sign.reset();
    verify.mutate({
      data: {
        keys: v.key.split(/\s+/).filter((k) => k !== ''),
        headers: {
          ...(v.id && { 'webhook-id': v.id }),
          ...(v.timestamp && { 'webhook-timestamp': v.timestamp }),
          ...(v.signature && { 'webhook-signature': v.signature }),
        },
        body: v.body,
      },
    });
  };
  const problem = verify.error ?? sign.error;
  return (
    <section className="panel playground">
      <h2>{t('playground.title')}</h2>
      <p className="quiet">{t('playground.text')}</p>
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={startOf(sent)}
        onFinish={check}
        onValuesChange={() => verify.reset()}
      >
        <div className="playground-columns">
          <div>
            <Form.Item name="key" label={t('playground.key')} extra={t('playground.keyHint')} rules={needed}>
              <Input.TextArea
                autoSize={{ minRows: 1, maxRows: 4 }}
                className="mono"
                spellCheck={false}
                autoComplete="off"
              />
            </Form.Item>
            <Form.Item name="body" label={t('playground.body')} extra={t('playground.bodyHint')} rules={needed}>
              <Input.TextArea rows={9} className="mono" spellCheck={false} />
            </Form.Item>
          </div>
          <div>
            <Form.Item name="id" label="webhook-id">
              <Input className="mono" spellCheck={false} autoComplete="off" />
            </Form.Item>
            <Form.Item name="timestamp" label="webhook-timestamp" extra={t('playground.timestampHint')}>
              <Input className="mono" inputMode="numeric" autoComplete="off" />
            </Form.Item>
            <Form.Item name="signature" label="webhook-signature">
              <Input.TextArea autoSize={{ minRows: 2, maxRows: 5 }} className="mono" spellCheck={false} />
            </Form.Item>
            <div className="delivery-actions">
              <Button loading={sign.isPending} onClick={() => void signNow().catch(() => undefined)}>
                {t('playground.sign')}
              </Button>
              <Button type="primary" htmlType="submit" loading={verify.isPending}>
                {t('playground.verify')}
              </Button>
            </div>
            {sign.data && (
              <p className="notice" role="status">
                {t('playground.signed')}
              </p>
            )}
            {verify.data && <SignatureVerdict verdict={verify.data} />}
            {problem && <ProblemNote what={t('playground.failed')} problem={problem} />}
          </div>
        </div>
      </Form>
    </section>
  );
}

/** What a delivery brought along; else an example with a key of nobody's. */
function startOf(sent: Message | null): Signed {
  return {
    key: sent ? '' : exampleKey(),
    id: sent?.headers['webhook-id'] ?? 'msg_playground',
    timestamp: sent?.headers['webhook-timestamp'] ?? '',
    signature: sent?.headers['webhook-signature'] ?? '',
    body: sent?.body ?? SAMPLE,
  };
}

function exampleKey(): string {
  return `whsec_${btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(32))))}`;
}
