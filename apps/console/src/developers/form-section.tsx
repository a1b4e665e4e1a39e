import type { ReactNode } from 'react';

interface Props {
  readonly title: string;
  /** Whether it begins unfolded; a person may fold it at any time. */
  readonly open: boolean;
  readonly children: ReactNode;
}

/** One part of a long form. */
export function FormSection({ title, open, children }: Props) {
  return (
    <details className="panel form-section" open={open}>
      <summary>
        <h2>{title}</h2>
      </summary>
      <div className="form-fields">{children}</div>
    </details>
  );
}
