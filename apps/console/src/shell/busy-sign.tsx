/**
 * What turns in a button while it works. Ant Design's own leaves by a motion that never ends when the work took but a
 * moment, and its name stays in the button's for those who hear it.
 */
export function BusySign() {
  return (
    <svg className="busy-sign" width="14" height="14" viewBox="0 0 14 14" aria-hidden="true">
      <path d="M7 1a6 6 0 1 0 6 6" fill="none" stroke="currentColor" strokeWidth="1.6" strokeLinecap="round" />
    </svg>
  );
}
