import { useTranslation } from 'react-i18next';
import type { DeliveryAttempt } from '../api/generated/hub.schemas.js';
import { useFormats } from '../format/formats.js';
import { CodeBlock } from './code-block.js';

interface Props {
  readonly attempt: DeliveryAttempt;
  readonly no: number;
  readonly open: boolean;
}

/** One attempt: its answer and how long that took; inside, what was sent and what came back. */
export function AttemptView({ attempt: a, no, open }: Props) {
  const { t } = useTranslation();
  const f = useFormats();
  const good = a.error === '' && a.errorClass === '';
  return (
    <li>
      <details open={open} className="attempt">
        <summary>
          <span className={`attempt-answer ${good ? 'attempt-good' : 'attempt-bad'}`}>
            {a.status ?? t(good ? 'attempt.confirmed' : 'attempt.none')}
          </span>
          <span>{t('attempt.no', { n: no })}</span>
          <span className="quiet">{t('attempt.took', { ms: f.count(a.ms) })}</span>
          <time dateTime={a.at} className="quiet">
            {f.exact(a.at)}
          </time>
        </summary>
        {!good && (
          <p className="attempt-why">
            {a.status !== null && a.errorClass === '' ? (
              t('attempt.refused', { status: a.status })
            ) : (
              <>
                <b>{t(`attempt.class_${a.errorClass}`, { defaultValue: a.errorClass })}</b> {a.error}
              </>
            )}
          </p>
        )}
        <CodeBlock label={t('attempt.sent')} text={linesOf(a.headers)} />
        {Object.keys(a.answerHeaders).length > 0 && (
          <CodeBlock label={t('attempt.answeredHeaders')} text={linesOf(a.answerHeaders)} />
        )}
        {a.body === '' ? (
          <p className="quiet">{t('attempt.noBody')}</p>
        ) : (
          <CodeBlock label={t('attempt.answered')} text={a.body} />
        )}
        {a.ip !== null && (
          <p className="quiet">
            {t('attempt.dialled')} <code>{a.ip}</code>
          </p>
        )}
      </details>
    </li>
  );
}

function linesOf(headers: Readonly<Record<string, string>>): string {
  return Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n');
}
