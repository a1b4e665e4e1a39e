import { Checkbox, Form, Radio } from 'antd';
import { useTranslation } from 'react-i18next';
import { EndpointRevealItem } from '../api/generated/hub.schemas.js';
import { useSignedIn } from '../session/session.js';
import type { EndpointValues } from './endpoint-values.js';
import { FormTransform } from './form-transform.js';

/** What a message carries: ids alone or the client too, masked or not, and in which shape. */
export function FormBody() {
  const { t } = useTranslation();
  const full = Form.useWatch<EndpointValues['body']>('body') === 'full';
  const mayReveal = useSignedIn().scopes.includes('admin');
  return (
    <>
      <Form.Item name="body" label={t('form.body')}>
        <Radio.Group
          options={[
            { value: 'thin', label: t('form.thin') },
            { value: 'full', label: t('form.full') },
          ]}
        />
      </Form.Item>
      {full && (
        <Form.Item
          name="reveal"
          label={t('form.reveal')}
          extra={t(mayReveal ? 'form.revealHint' : 'form.revealMayNot')}
        >
          <Checkbox.Group
            {...(mayReveal ? {} : { disabled: true })}
            options={Object.values(EndpointRevealItem).map((value) => ({
              value,
              label: t(`field.${value}`, { defaultValue: value }),
            }))}
          />
        </Form.Item>
      )}
      <FormTransform />
    </>
  );
}
