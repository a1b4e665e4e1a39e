import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useListWebhookSamples } from '../api/generated/hub.js';
import type { WebhookSampleList } from '../api/generated/hub.schemas.js';
import type { Problem } from '../api/problem.js';
import { ProblemNote } from '../shell/problem-note.js';
import { TableSkeleton } from '../shell/table-skeleton.js';
import { CodeBlock } from './code-block.js';

/** Programs that verify a message, one language at a time. */
export function WebhookSamples() {
  const { t } = useTranslation();
  const query = useListWebhookSamples<WebhookSampleList, Problem>({ query: { staleTime: Infinity } });
  const [language, setLanguage] = useState('typescript');
  const { data, error } = query;
  const shown = data?.items.find((s) => s.language === language) ?? data?.items[0];
  return (
    <section className="panel samples">
      <h2>{t('samples.title')}</h2>
      <p className="quiet">{t('samples.text')}</p>
      {error && <ProblemNote what={t('samples.failed')} problem={error} retry={() => void query.refetch()} />}
      {!data && !error && <TableSkeleton rows={6} />}
      <div className="choices" role="group" aria-label={t('samples.languages')}>
        {data?.items.map((s) => (
          <button
            key={s.language}
            type="button"
            aria-pressed={s.language === shown?.language}
            onClick={() => setLanguage(s.language)}
          >
            {s.title}
          </button>
        ))}
      </div>
      {shown && <CodeBlock label={shown.file} text={shown.code} />}
    </section>
  );
}
