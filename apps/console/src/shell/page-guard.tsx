import { Component, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Problem } from '../api/problem.js';
import { PageProblem } from './page-problem.js';

/** Instead of a blank page, when the page itself fails: it says so, and loads afresh on demand. */
export class PageGuard extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override render(): ReactNode {
    return this.state.failed ? <PageFault /> : this.props.children;
  }
}

/** Also where a page's program cannot be loaded, as after an upgrade of the hub. */
export function PageFault() {
  const { t } = useTranslation();
  const problem = new Problem(-1, 'PAGE_FAILED', t('problem.pageHint'), undefined);
  return <PageProblem problem={problem} retry={() => location.reload()} />;
}
