import { Form, Input, InputNumber, Radio } from 'antd';
import { useTranslation } from 'react-i18next';
import { type EndpointValues, readSeconds } from './endpoint-values.js';

/** How fast, in which order, how often again, and when it is enough. */
export function FormPace() {
  const { t } = useTranslation();
  const ordered = Form.useWatch<EndpointValues['ordering']>('ordering') !== 'none';
  const own = Form.useWatch<EndpointValues['retry']>('retry') === 'own';
  const choice = (name: string, values: readonly string[]) => (
    <Radio.Group options={values.map((value) => ({ value, label: t(`form.${name}_${value}`) }))} />
  );
  return (
    <>
      <div className="form-numbers">
        <Form.Item name="rate" label={t('form.rate')} extra={t('form.rateHint')}>
          <InputNumber min={0.1} max={10_000} />
        </Form.Item>
        <Form.Item name="concurrency" label={t('form.concurrency')} extra={t('form.concurrencyHint')}>
          <InputNumber min={1} max={64} precision={0} />
        </Form.Item>
        <Form.Item name="timeoutSeconds" label={t('form.timeout')} extra={t('form.timeoutHint')}>
          <InputNumber min={0.1} max={60} />
        </Form.Item>
        <Form.Item name="disableAfterDays" label={t('form.disableAfter')} extra={t('form.disableAfterHint')}>
          <InputNumber min={0} max={90} precision={0} />
        </Form.Item>
      </div>
      <Form.Item name="retry" label={t('form.retry')}>
        {choice('retry', ['usual', 'own', 'never'])}
      </Form.Item>
      {own && (
        <Form.Item
          name="retrySeconds"
          label={t('form.retrySeconds')}
          extra={t('form.retrySecondsHint')}
          rules={[
            {
              validator: (_rule, text: string) =>
                readSeconds(text) ? Promise.resolve() : Promise.reject(new Error(t('form.retrySecondsWrong'))),
            },
          ]}
        >
          <Input placeholder="5, 60, 600, 3600" />
        </Form.Item>
      )}
      <Form.Item name="ordering" label={t('form.ordering')}>
        {choice('ordering', ['none', 'client', 'subject'])}
      </Form.Item>
      {ordered && (
        <Form.Item name="whenExhausted" label={t('form.exhausted')}>
          {choice('exhausted', ['skip', 'park'])}
        </Form.Item>
      )}
    </>
  );
}
