import { Form, InputNumber } from 'antd';
import { useTranslation } from 'react-i18next';
import type { MatchSettings } from '../api/generated/hub.schemas.js';
import { useSaid } from '../identity/said.js';

/** A number for everything that may be limited; an empty field is no limit. */
export function ValueLimitFields({ limits }: { limits: MatchSettings['valueLimits'] }) {
  const { t } = useTranslation();
  const said = useSaid();
  return (
    <details>
      <summary>{t('models.valueLimits')}</summary>
      <p className="quiet">{t('models.valueLimitsText')}</p>
      <div className="value-limits">
        {limits.map((l) => (
          <Form.Item key={l.name} name={['valueLimits', l.name]} label={said(l.nameText)}>
            <InputNumber
              min={1}
              max={10_000}
              precision={0}
              placeholder={t('models.noLimit')}
              style={{ width: '100%' }}
            />
          </Form.Item>
        ))}
      </div>
    </details>
  );
}
