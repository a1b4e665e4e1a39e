import { Form, Input, Radio, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { EndpointKind } from '../api/generated/hub.schemas.js';
import { type EndpointValues, KEYS } from './endpoint-values.js';

const EXAMPLES = {
  http: 'https://data.example.com/hooks',
  rabbitmq: 'amqps://rabbit.example.com/vhost',
  nats: 'tls://nats.example.com:4222',
  kafka: 'kafka+ssl://kafka-1.example.com:9093,kafka-2.example.com:9093',
};

/** What the endpoint is called, and how events get there. */
export function FormWhere({ creating }: { creating: boolean }) {
  const { t } = useTranslation();
  const kind = Form.useWatch<EndpointValues['kind']>('kind');
  const needed = [{ required: true, whitespace: true, message: t('signIn.needed') }];
  return (
    <>
      <Form.Item name="name" label={t('form.name')} extra={t('form.nameHint')} rules={needed}>
        <Input maxLength={100} autoComplete="off" />
      </Form.Item>
      <Form.Item name="kind" label={t('form.kind')}>
        <Radio.Group
          options={Object.values(EndpointKind).map((value) => ({ value, label: t(`endpoint.kind_${value}`) }))}
        />
      </Form.Item>
      {kind === 'pull' && <p className="quiet">{t('form.pullHint')}</p>}
      {kind !== undefined && kind !== 'pull' && (
        <Form.Item
          name="url"
          label={t('form.url')}
          extra={t(kind === 'kafka' ? 'form.kafkaUrlHint' : 'form.urlHint')}
          rules={needed}
        >
          <Input maxLength={2000} placeholder={EXAMPLES[kind]} spellCheck={false} autoComplete="off" />
        </Form.Item>
      )}
      {kind === 'rabbitmq' && (
        <>
          <Form.Item name={['target', 'exchange']} label={t('form.exchange')} extra={t('form.exchangeHint')}>
            <Input maxLength={255} spellCheck={false} />
          </Form.Item>
          <Form.Item name={['target', 'routingKey']} label={t('form.routingKey')} extra={t('form.typePlace')}>
            <Input maxLength={255} placeholder="{type}" spellCheck={false} />
          </Form.Item>
        </>
      )}
      {kind === 'nats' && (
        <Form.Item name={['target', 'subject']} label={t('form.subject')} extra={t('form.typePlace')} rules={needed}>
          <Input maxLength={255} placeholder="isthmus.{type}" spellCheck={false} />
        </Form.Item>
      )}
      {kind === 'kafka' && (
        <>
          <Form.Item name={['target', 'topic']} label={t('form.topic')} extra={t('form.typePlace')} rules={needed}>
            <Input maxLength={249} placeholder="isthmus.events" spellCheck={false} autoComplete="off" />
          </Form.Item>
          <Form.Item name={['target', 'key']} label={t('form.key')} extra={t('form.keyHint')}>
            <Select options={KEYS.map((value) => ({ value, label: t(`form.key_${value}`) }))} />
          </Form.Item>
        </>
      )}
      {creating && (
        <Form.Item name="signing" label={t('form.signing')}>
          <Radio.Group
            options={[
              { value: 'v1', label: t('signing.kind_v1') },
              { value: 'v1a', label: t('signing.kind_v1a') },
            ]}
          />
        </Form.Item>
      )}
    </>
  );
}
