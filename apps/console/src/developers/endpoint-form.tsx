import { Button, Form } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Endpoint } from '../api/generated/hub.schemas.js';
import type { Problem } from '../api/problem.js';
import { ProblemNote } from '../shell/problem-note.js';
import { type EndpointValues, NEW_ENDPOINT, valuesOf } from './endpoint-values.js';
import { FormPace } from './form-pace.js';
import { FormSealed } from './form-sealed.js';
import { FormSection } from './form-section.js';
import { FormBody } from './form-body.js';
import { FormWhat } from './form-what.js';
import { FormWhere } from './form-where.js';

interface Props {
  /** Absent for a new one. */
  readonly endpoint?: Endpoint;
  readonly save: (values: EndpointValues) => void;
  readonly busy: boolean;
  readonly problem: Problem | null;
  readonly disabled?: boolean;
  /** Something was changed and is not saved. */
  readonly touch?: () => void;
}

/** Everything that is decided about an endpoint. What few need is folded away. */
export function EndpointForm({ endpoint, save, busy, problem, disabled = false, touch }: Props) {
  const { t } = useTranslation();
  const [form] = Form.useForm<EndpointValues>();
  // What is wrong must be seen, wherever it is folded away.
  const [unfolded, setUnfolded] = useState(false);
  // Another version is another beginning.
  useEffect(() => form.resetFields(), [form, endpoint?.version]);
  return (
    <Form
      form={form}
      className="endpoint-form"
      layout="vertical"
      requiredMark={false}
      disabled={disabled}
      initialValues={endpoint ? valuesOf(endpoint) : NEW_ENDPOINT}
      onFinish={() => save(form.getFieldsValue(true) as EndpointValues)}
      onValuesChange={touch}
      onFinishFailed={() => setUnfolded(true)}
      scrollToFirstError
    >
      <FormSection title={t('form.where')} open>
        <FormWhere creating={endpoint === undefined} />
      </FormSection>
      <FormSection title={t('form.what')} open>
        <FormWhat />
      </FormSection>
      <FormSection title={t('form.bodyTitle')} open={unfolded}>
        <FormBody />
      </FormSection>
      <FormSection title={t('form.pace')} open={unfolded}>
        <FormPace />
      </FormSection>
      <FormSection title={t('form.sealedTitle')} open={unfolded}>
        <FormSealed endpoint={endpoint} />
      </FormSection>
      {!disabled && (
        // Here it is in sight, wherever in the long form one is.
        <div className="form-end">
          {problem && <ProblemNote what={t(endpoint ? 'form.saveFailed' : 'form.createFailed')} problem={problem} />}
          <Button type="primary" size="large" htmlType="submit" loading={busy}>
            {t(endpoint ? 'form.save' : 'form.create')}
          </Button>
        </div>
      )}
    </Form>
  );
}
