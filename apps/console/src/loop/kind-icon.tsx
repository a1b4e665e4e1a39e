import type { ReactNode } from 'react';
import type { IslandKind } from '../api/generated/hub.schemas.js';

const SHAPES: Record<IslandKind, ReactNode> = {
  trading: <path d="M3 16.5 8 11l3.5 3L17 6.5M13 6.5h4v4" />,
  call: <path d="M4 11.5V10a6 6 0 0 1 12 0v1.5M4 11.5h2.5v4H4zM13.5 11.5H16v4h-2.5zM16 15.5v.5a2 2 0 0 1-2 2h-3" />,
  email: <path d="M3 5.5h14v9.5H3zM3 6l7 5.5L17 6" />,
  web: (
    <path d="M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM3 10h14M10 3c2.2 2 3 4.3 3 7s-.8 5-3 7M10 3c-2.2 2-3 4.3-3 7s.8 5 3 7" />
  ),
};

/** The kind of a system; its name stands beside it in words. */
export function KindIcon({ kind }: { kind: IslandKind }) {
  return (
    <svg
      className="kind-icon"
      width="20"
      height="20"
      viewBox="0 0 20 20"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.4"
      strokeLinejoin="round"
      strokeLinecap="round"
      aria-hidden="true"
    >
      {SHAPES[kind]}
    </svg>
  );
}
