import { createContext, type ReactNode, use, useEffect, useEffectEvent, useMemo, useState } from 'react';
import { store, stored } from '../preferences/stored.js';

/** One or two keys pressed after each other, as `KeyboardEvent.key` names them: `?`, `g c`. */
export interface Shortcut {
  readonly keys: string;
  /** What it does, in the reader's language. */
  readonly does: string;
  readonly run: () => void;
}

/** What a component registered; `now` is its list as of its last render. */
interface Group {
  now: readonly Shortcut[];
}

interface Keys {
  /** Of all that is on the page now, in the order in which it appeared. */
  readonly list: () => readonly Shortcut[];
  readonly on: boolean;
  readonly turn: (on: boolean) => void;
  readonly register: (group: Group) => () => boolean;
}

const Context = createContext<Keys | undefined>(undefined);
/** How long the second key may take. */
const SECOND_KEY_MS = 1500;

/**
 * Listens for the shortcuts that pages register. A single letter must not act while somebody types, nor behind a
 * dialog; and whoever speaks to the computer can turn all of them off (WCAG 2.1.4).
 */
export function KeysProvider({ children }: { children: ReactNode }) {
  const [groups] = useState(() => new Set<Group>());
  const [on, setOn] = useState(() => stored('keys') !== 'off');
  const keys = useMemo<Keys>(
    () => ({
      list: () => [...groups].flatMap((g) => g.now),
      on,
      turn: (next) => {
        store('keys', next ? null : 'off');
        setOn(next);
      },
      register: (group) => {
        groups.add(group);
        return () => groups.delete(group);
      },
    }),
    [groups, on],
  );
  useKeyboard(keys);
  return <Context value={keys}>{children}</Context>;
}

export function useKeys(): Keys {
  const keys = use(Context);
  if (!keys) throw new Error('useKeys needs a KeysProvider above it');
  return keys;
}

/** Registers shortcuts for as long as the caller is shown; each render may bring others. */
export function useShortcuts(shortcuts: readonly Shortcut[]): void {
  const { register } = useKeys();
  const [group] = useState<Group>(() => ({ now: shortcuts }));
  useEffect(() => {
    group.now = shortcuts;
  }, [group, shortcuts]);
  useEffect(() => {
    const leave = register(group);
    return () => void leave();
  }, [register, group]);
}

function useKeyboard({ list, on }: Keys): void {
  const [first, setFirst] = useState<{ key: string; at: number }>();
  const pressed = useEffectEvent((e: KeyboardEvent) => {
    if (!on || e.ctrlKey || e.metaKey || e.altKey || e.defaultPrevented || isTyping(e.target)) return;
    if (document.querySelector('[aria-modal=true]')) return;
    const shortcuts = list();
    const recent = first && e.timeStamp - first.at < SECOND_KEY_MS ? `${first.key} ${e.key}` : undefined;
    const hit = shortcuts.findLast((s) => s.keys === recent) ?? shortcuts.findLast((s) => s.keys === e.key);
    setFirst(hit ? undefined : { key: e.key, at: e.timeStamp });
    if (!hit) return;
    e.preventDefault();
    hit.run();
  });
  useEffect(() => {
    const listen = (e: KeyboardEvent) => pressed(e);
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, []);
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches('input, textarea, select, [role=combobox]'))
  );
}
