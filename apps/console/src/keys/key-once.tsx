import { Button, Modal } from 'antd';
import { useTranslation } from 'react-i18next';
import { CodeBlock } from '../developers/code-block.js';
import { useFormats } from '../format/formats.js';

interface Props {
  /** Absent while there is none to show. */
  readonly made: { readonly key: string; readonly retiresAt?: string } | undefined;
  readonly close: () => void;
}

/** A key that was just made. The hub never shows it again, so nothing but the button closes this. */
export function KeyOnce({ made, close }: Props) {
  const { t } = useTranslation();
  const f = useFormats();
  return (
    <Modal
      open={made !== undefined}
      title={t('apiKeys.onceTitle')}
      closable={false}
      mask={{ closable: false }}
      keyboard={false}
      destroyOnHidden
      width={620}
      footer={
        <Button type="primary" onClick={close}>
          {t('apiKeys.kept')}
        </Button>
      }
    >
      <p>{t('apiKeys.onceText')}</p>
      {made?.retiresAt !== undefined && <p>{t('apiKeys.retires', { time: f.moment(made.retiresAt) })}</p>}
      <div className="api-key-once">
        <CodeBlock label={t('apiKeys.key')} text={made?.key ?? ''} />
        <CodeBlock label={t('apiKeys.sample')} text={sample(made?.key ?? '')} />
      </div>
    </Modal>
  );
}

function sample(key: string): string {
  return `curl -H 'Authorization: Bearer ${key}' \\\n  ${location.origin}/api/v1/session`;
}
