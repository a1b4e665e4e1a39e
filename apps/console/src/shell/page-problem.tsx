import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Problem } from '../api/problem.js';

/** When there is nothing to show: what failed, what to do, and how to find it in the log. */
export function PageProblem({ problem, retry }: { problem: Problem; retry: () => void }) {
  const { t } = useTranslation();
  const away = problem.status === 0;
  const title = problem.code === 'PAGE_FAILED' ? t('problem.page') : t('problem.failed');
  return (
    <section className="page-problem" role="alert">
      <h1>{away ? t('problem.unreachable') : title}</h1>
      <p>{away ? t('problem.unreachableHint') : problem.message}</p>
      <Button type="primary" onClick={retry}>
        {t('problem.retry')}
      </Button>
      {problem.traceId && <p className="quiet">{t('problem.trace', { id: problem.traceId })}</p>}
    </section>
  );
}
