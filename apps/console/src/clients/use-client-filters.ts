import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'react-router';

/** What the list of clients is narrowed to. The address holds it, so that a list can be kept and passed on. */
export interface ClientFilters {
  readonly search?: string;
  readonly status?: string;
  readonly segment?: string;
  readonly branch?: string;
  readonly manager?: string;
}

const PARAMS = { search: 'q', status: 'status', segment: 'segment', branch: 'branch', manager: 'manager' } as const;
export const FILTER_NAMES = Object.keys(PARAMS) as (keyof ClientFilters)[];

/** The address of the list with these filters, on its first page. */
export function clientsPath(filters: ClientFilters): string {
  const query = queryOf(filters).toString();
  return query === '' ? '/clients' : `/clients?${query}`;
}

export function useClientFilters() {
  const [params, setParams] = useSearchParams();
  const filters = useMemo<ClientFilters>(
    () =>
      Object.fromEntries(
        FILTER_NAMES.flatMap((name) => (params.get(PARAMS[name]) ? [[name, params.get(PARAMS[name])]] : [])),
      ),
    [params],
  );
  const change = useCallback(
    (changed: { readonly [K in keyof ClientFilters]?: string | undefined }) =>
      setParams(queryOf({ ...filters, ...changed })),
    [filters, setParams],
  );
  return { filters, change, cursor: params.get('after') ?? undefined };
}

function queryOf(filters: { readonly [K in keyof ClientFilters]?: string | undefined }): URLSearchParams {
  const query = new URLSearchParams();
  for (const name of FILTER_NAMES) if (filters[name]) query.set(PARAMS[name], filters[name]);
  return query;
}
