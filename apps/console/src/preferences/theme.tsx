import { createContext, type ReactNode, use, useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { store, stored } from './stored.js';

export const THEMES = ['system', 'light', 'dark'] as const;
/** What a person chose. */
export type Theme = (typeof THEMES)[number];

interface ThemeChoice {
  readonly theme: Theme;
  readonly dark: boolean;
  readonly choose: (theme: Theme) => void;
}

const Context = createContext<ThemeChoice | undefined>(undefined);
const systemDark = matchMedia('(prefers-color-scheme: dark)');

export function ThemeProvider({ children }: { children: ReactNode }) {
  const [theme, setTheme] = useState<Theme>(() => THEMES.find((t) => t === stored('theme')) ?? 'system');
  const systemIsDark = useSyncExternalStore(
    (changed) => {
      systemDark.addEventListener('change', changed);
      return () => systemDark.removeEventListener('change', changed);
    },
    () => systemDark.matches,
  );
  const dark = theme === 'dark' || (theme === 'system' && systemIsDark);
  useEffect(() => {
    document.documentElement.dataset['theme'] = dark ? 'dark' : 'light';
  }, [dark]);
  const value = useMemo(() => {
    const choose = (t: Theme) => {
      store('theme', t === 'system' ? null : t);
      setTheme(t);
    };
    return { theme, dark, choose };
  }, [theme, dark]);
  return <Context value={value}>{children}</Context>;
}

export function useTheme(): ThemeChoice {
  const choice = use(Context);
  if (!choice) throw new Error('useTheme needs a ThemeProvider above it');
  return choice;
}
