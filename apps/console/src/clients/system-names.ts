import { useMemo } from 'react';
import { useListSystems } from '../api/generated/hub.js';
import type { SystemList } from '../api/generated/hub.schemas.js';
import type { Problem } from '../api/problem.js';

/** The name of a system by its code; the code itself until the names are known. */
export function useSystemName(): (code: string) => string {
  const { data } = useListSystems<SystemList, Problem>({ query: { staleTime: 60_000 } });
  return useMemo(() => {
    const names = new Map(data?.items.map((s) => [s.code, s.name]));
    return (code) => names.get(code) ?? code;
  }, [data]);
}
