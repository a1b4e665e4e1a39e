import { Alert, Button } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Problem } from '../api/problem.js';

interface Props {
  /** What could not be done, as a sentence. */
  readonly what: string;
  readonly problem: Problem;
  readonly retry?: () => void;
}

/** What failed, in which field, on whose side, what to do, and how to find it in the log. */
export function ProblemNote({ what, problem, retry }: Props) {
  const { t } = useTranslation();
  return (
    <Alert
      type="error"
      role="alert"
      showIcon
      title={what}
      description={
        <div className="problem-note">
          <p>{problem.status === 0 ? t('problem.unreachableHint') : problem.message}</p>
          {problem.fields.length > 0 && (
            <ul>
              {problem.fields.map((field) => (
                <li key={field.pointer}>
                  <code>{field.pointer}</code> {field.detail}
                </li>
              ))}
            </ul>
          )}
          <p className="quiet">
            {t(`problem.side_${problem.side}`)}
            {problem.traceId && <> · {t('problem.trace', { id: problem.traceId })}</>}
          </p>
          {retry && (
            <Button size="small" onClick={retry}>
              {t('problem.retry')}
            </Button>
          )}
        </div>
      }
    />
  );
}
