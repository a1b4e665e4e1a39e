import { Button, Modal } from 'antd';
import { useTranslation } from 'react-i18next';
import { CodeBlock } from './code-block.js';

interface Props {
  /** Absent while there is none to show. */
  readonly made: { readonly secret: string | null; readonly publicKey: string | null } | undefined;
  readonly close: () => void;
}

/** A key that was just made. The hub never shows a secret again, so nothing but the button closes this. */
export function SecretOnce({ made, close }: Props) {
  const { t } = useTranslation();
  return (
    <Modal
      open={made !== undefined}
      title={t(made?.secret ? 'signing.onceTitle' : 'signing.publicTitle')}
      closable={false}
      mask={{ closable: false }}
      keyboard={false}
      destroyOnHidden
      footer={
        <Button type="primary" onClick={close}>
          {t('signing.kept')}
        </Button>
      }
    >
      <p>{t(made?.secret ? 'signing.onceText' : 'signing.publicText')}</p>
      <CodeBlock
        label={t(made?.secret ? 'signing.secret' : 'signing.publicKey')}
        text={made?.secret ?? made?.publicKey ?? ''}
      />
      <p className="quiet">{t('signing.verifyHint')}</p>
    </Modal>
  );
}
