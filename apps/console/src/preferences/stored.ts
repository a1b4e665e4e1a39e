export type Preference = 'language' | 'theme' | 'keys';

/** A choice that this browser remembers; a browser that forbids it forgets at the end of the visit. */
export function stored(name: Preference): string | null {
  try {
    return localStorage.getItem(`isthmus.${name}`);
  } catch {
    return null;
  }
}

export function store(name: Preference, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(`isthmus.${name}`);
    else localStorage.setItem(`isthmus.${name}`, value);
  } catch {
    // Kept for this visit by the page's own state.
  }
}
