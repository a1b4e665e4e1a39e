import { useTranslation } from 'react-i18next';
import { useTitle } from '../shell/title.js';
import { DevelopersHead } from './developers-head.js';
import { SignaturePlayground } from './signature-playground.js';
import { WebhookSamples } from './webhook-samples.js';
import '../styles/page.css';
import '../styles/developers.css';

/** Where developers of receivers try signatures, and take a program that verifies them. */
export function SignaturesPage() {
  const { t } = useTranslation();
  useTitle(`${t('developers.signatures')} · ${t('place.developers')}`);
  return (
    <div className="page">
      <DevelopersHead />
      <SignaturePlayground />
      <WebhookSamples />
    </div>
  );
}
