import { Button, Form, Input, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { usePreviewTransform } from '../api/generated/hub.js';
import type { Problem } from '../api/problem.js';
import { ProblemNote } from '../shell/problem-note.js';
import { CodeBlock } from './code-block.js';
import { type EndpointValues, transformOf } from './endpoint-values.js';
import { useEventTypes } from './use-event-types.js';

/** Rules that give a message another shape, and what they make of a sample. */
export function FormTransform() {
  const { t } = useTranslation();
  const needed = [{ required: true, whitespace: true, message: t('signIn.needed') }];
  return (
    <fieldset className="transform">
      <legend>{t('transform.title')}</legend>
      <p className="quiet">{t('transform.text')}</p>
      <Form.List name="transform">
        {(rules, { add, remove }) => (
          <>
            {rules.map((rule, i) => (
              <div key={rule.key} className="transform-rule">
                <Form.Item name={[rule.name, 'path']} rules={needed}>
                  <Input aria-label={t('transform.path', { n: i + 1 })} placeholder="text.content" spellCheck={false} />
                </Form.Item>
                <Form.Item name={[rule.name, 'expression']} rules={needed}>
                  <Input
                    aria-label={t('transform.expression', { n: i + 1 })}
                    placeholder={'concat("客户 ", data.client)'}
                    spellCheck={false}
                  />
                </Form.Item>
                <Button type="text" aria-label={t('transform.remove', { n: i + 1 })} onClick={() => remove(rule.name)}>
                  ×
                </Button>
              </div>
            ))}
            <Button onClick={() => add({})}>{t('transform.add')}</Button>
          </>
        )}
      </Form.List>
      <Preview />
    </fieldset>
  );
}

function Preview() {
  const { t } = useTranslation();
  const rules = Form.useWatch<EndpointValues['transform'] | undefined>('transform');
  const types = useEventTypes();
  const [type, setType] = useState('client.updated');
  const preview = usePreviewTransform<Problem>();
  const transform = transformOf(rules);
  if (transform === null) return null;
  const { data, error } = preview;
  return (
    <div className="transform-preview">
      <div className="filters">
        <Select
          className="filter-wide"
          aria-label={t('transform.sample')}
          value={type}
          options={types.map((one) => ({ value: one.type, label: one.type }))}
          onChange={setType}
        />
        <Button loading={preview.isPending} onClick={() => preview.mutate({ data: { transform, type } })}>
          {t('transform.preview')}
        </Button>
      </div>
      {error && <ProblemNote what={t('transform.failed')} problem={error} />}
      {data && (
        <div className="side-by-side-code" role="status">
          <CodeBlock label={t('transform.before')} text={JSON.stringify(data.input, null, 2)} />
          {data.output === null ? (
            <p className="notice notice-bad">{data.fault}</p>
          ) : (
            <CodeBlock label={t('transform.after')} text={JSON.stringify(data.output, null, 2)} />
          )}
        </div>
      )}
    </div>
  );
}
