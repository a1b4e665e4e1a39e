/** The sign of the product: land between islands. */
export function Mark({ size = 22 }: { size?: number }) {
  return (
    <svg className="mark" width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
      <path d="M8.5 22.5c4 0 3.5-13 7.5-13s3.5 13 7.5 13" fill="none" stroke="currentColor" strokeWidth="2.6" />
      <g fill="currentColor">
        <circle cx="8" cy="22.5" r="4" />
        <circle cx="16" cy="9.5" r="4" />
        <circle cx="24" cy="22.5" r="4" />
      </g>
    </svg>
  );
}
