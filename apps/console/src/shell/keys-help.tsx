import { Modal, Switch } from 'antd';
import { useTranslation } from 'react-i18next';
import { useKeys } from './keys.js';

/** The shortcuts that work on this page, and the switch that turns them off. */
export function KeysHelp({ open, close }: { open: boolean; close: () => void }) {
  const { t } = useTranslation();
  const { list, on, turn } = useKeys();
  return (
    <Modal open={open} title={t('keys.title')} footer={null} onCancel={close} destroyOnHidden width={440}>
      <dl className="keys-list">
        {list().map((s) => (
          <div key={s.keys}>
            <dt>
              {s.keys.split(' ').map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{s.does}</dd>
          </div>
        ))}
      </dl>
      <label className="keys-switch">
        <Switch checked={on} onChange={turn} aria-label={t('keys.on')} />
        {t('keys.on')}
      </label>
    </Modal>
  );
}
