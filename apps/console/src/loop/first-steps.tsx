import { useTranslation } from 'react-i18next';
import { Command } from '../shell/command.js';

/** Before the first system is registered: what this is, and the two ways on. */
export function FirstSteps() {
  const { t } = useTranslation();
  return (
    <div className="first-steps">
      <h1>{t('empty.title')}</h1>
      <p>{t('empty.text')}</p>
      <div className="first-ways">
        <section>
          <h2>{t('empty.demo')}</h2>
          <p className="quiet">{t('empty.demoText')}</p>
          <Command>isthmus demo</Command>
        </section>
        <section>
          <h2>{t('empty.register')}</h2>
          <p className="quiet">{t('empty.registerText')}</p>
          <Command>isthmus connectors list</Command>
          <Command>isthmus systems try trading.yaml</Command>
          <Command>isthmus systems register trading.yaml</Command>
        </section>
      </div>
      <p className="quiet">{t('empty.wait')}</p>
    </div>
  );
}
