import { useQueryClient } from '@tanstack/react-query';
import { App, Button, InputNumber } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStartIdentityAudit } from '../api/generated/hub.js';
import type { Problem } from '../api/problem.js';
import { useFormats } from '../format/formats.js';
import { ProblemNote } from '../shell/problem-note.js';

const USUAL = 100;
const MOST = 5000;

/** Draws a sample of so many pairs. */
export function StartAudit({ started }: { started: (id: string) => void }) {
  const { t } = useTranslation();
  const f = useFormats();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [pairs, setPairs] = useState<number | null>(USUAL);
  const start = useStartIdentityAudit<Problem>({
    mutation: {
      onSuccess: (audit) => {
        void message.success(t('audits.started', { n: f.count(audit.pairs) }));
        started(audit.id);
        return queries.invalidateQueries();
      },
    },
  });
  return (
    <>
      <form
        className="start-audit"
        onSubmit={(e) => {
          e.preventDefault();
          if (pairs !== null) start.mutate({ data: { pairs } });
        }}
      >
        <label>
          {t('audits.pairsLabel')} <InputNumber min={1} max={MOST} precision={0} value={pairs} onChange={setPairs} />
        </label>
        <Button htmlType="submit" type="primary" disabled={pairs === null} loading={start.isPending}>
          {t('audits.start')}
        </Button>
      </form>
      {start.error && <ProblemNote what={t('audits.startFailed')} problem={start.error} />}
    </>
  );
}
