import { createContext, type ReactNode, use } from 'react';
import { createPortal } from 'react-dom';

/** The place in the bar where a page shows how it is connected. */
export const BarSlot = createContext<HTMLElement | null>(null);

/** Puts its children into the bar. */
export function InBar({ children }: { children: ReactNode }) {
  const slot = use(BarSlot);
  return slot && createPortal(children, slot);
}
