import { Button, Form, Input, Radio } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Endpoint } from '../api/generated/hub.schemas.js';
import { useFormats } from '../format/formats.js';
import type { EndpointValues } from './endpoint-values.js';
import { SealedChoice } from './sealed-choice.js';

const SASL = ['scram-sha-512', 'scram-sha-256', 'plain'] as const;

/** Custom headers and how the hub signs in: kept sealed, and never shown again. */
export function FormSealed({ endpoint }: { endpoint: Endpoint | undefined }) {
  const { t } = useTranslation();
  const f = useFormats();
  const kind = Form.useWatch<EndpointValues['kind']>('kind');
  const broker = ['rabbitmq', 'nats', 'kafka'].includes(kind ?? '');
  const needed = [{ required: true, whitespace: true, message: t('signIn.needed') }];
  const { oauth, mutualTls, serverCa, user } = endpoint?.auth ?? {};
  return (
    <>
      <p className="quiet">{t('sealed.text')}</p>
      {!broker && (
        <>
          <SealedChoice name="headers" set={endpoint?.headerNames.join(', ') ?? ''}>
            <Headers />
          </SealedChoice>
          <SealedChoice name="oauth" set={oauth ? `${oauth.clientId} · ${oauth.tokenUrl}` : ''}>
            <Form.Item name={['oauth', 'tokenUrl']} label={t('sealed.tokenUrl')} rules={needed}>
              <Input spellCheck={false} placeholder="https://login.example.com/token" />
            </Form.Item>
            <Form.Item name={['oauth', 'clientId']} label={t('sealed.clientId')} rules={needed}>
              <Input spellCheck={false} autoComplete="off" />
            </Form.Item>
            <Form.Item name={['oauth', 'clientSecret']} label={t('sealed.clientSecret')} rules={needed}>
              <Input.Password autoComplete="new-password" />
            </Form.Item>
            <Form.Item name={['oauth', 'scope']} label={t('sealed.scope')}>
              <Input spellCheck={false} />
            </Form.Item>
          </SealedChoice>
        </>
      )}
      {broker && (
        <SealedChoice name="login" set={user ?? ''}>
          <Form.Item name={['login', 'user']} label={t('sealed.user')} rules={needed}>
            <Input spellCheck={false} autoComplete="off" />
          </Form.Item>
          <Form.Item name={['login', 'password']} label={t('sealed.password')} rules={needed}>
            <Input.Password autoComplete="new-password" />
          </Form.Item>
        </SealedChoice>
      )}
      {kind === 'kafka' && (
        <Form.Item name={['target', 'sasl']} label={t('sealed.sasl')} extra={t('sealed.saslHint')}>
          <Radio.Group options={SASL.map((value) => ({ value, label: value.toUpperCase() }))} />
        </Form.Item>
      )}
      <SealedChoice
        name="mutualTls"
        set={mutualTls ? `${mutualTls.subject} · ${t('sealed.validUntil', { day: f.day(mutualTls.validUntil) })}` : ''}
      >
        {(['cert', 'key'] as const).map((part) => (
          <Form.Item key={part} name={['mutualTls', part]} label={t(`sealed.tls_${part}`)} rules={needed}>
            <Input.TextArea rows={4} spellCheck={false} placeholder="-----BEGIN" />
          </Form.Item>
        ))}
      </SealedChoice>
      <SealedChoice
        name="serverCa"
        set={serverCa ? `${serverCa.subject} · ${t('sealed.validUntil', { day: f.day(serverCa.validUntil) })}` : ''}
      >
        <Form.Item name={['serverCa', 'pem']} label={t('sealed.tls_ca')} rules={needed}>
          <Input.TextArea rows={4} spellCheck={false} placeholder="-----BEGIN" />
        </Form.Item>
      </SealedChoice>
    </>
  );
}

function Headers() {
  const { t } = useTranslation();
  const needed = [{ required: true, whitespace: true, message: t('signIn.needed') }];
  return (
    <Form.List name={['headers', 'items']} initialValue={[{}]}>
      {(items, { add, remove }) => (
        <>
          {items.map((item, i) => (
            <div key={item.key} className="transform-rule">
              <Form.Item name={[item.name, 'name']} rules={needed}>
                <Input aria-label={t('sealed.headerName', { n: i + 1 })} placeholder="X-Api-Key" spellCheck={false} />
              </Form.Item>
              <Form.Item name={[item.name, 'value']} rules={needed}>
                <Input.Password aria-label={t('sealed.headerValue', { n: i + 1 })} autoComplete="new-password" />
              </Form.Item>
              <Button type="text" aria-label={t('sealed.headerRemove', { n: i + 1 })} onClick={() => remove(item.name)}>
                ×
              </Button>
            </div>
          ))}
          <Button onClick={() => add({})}>{t('sealed.headerAdd')}</Button>
        </>
      )}
    </Form.List>
  );
}
