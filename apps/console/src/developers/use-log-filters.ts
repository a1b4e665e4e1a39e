import { useCallback, useMemo } from 'react';
import { useLocation, useSearchParams } from 'react-router';
import { ListDeliveriesState } from '../api/generated/hub.schemas.js';

export const LOG_STATES = Object.values(ListDeliveriesState);
/** How far back the log can be narrowed to, in hours. */
export const LOG_HOURS = [1, 24, 168] as const;

/** What the delivery log is narrowed to. The address holds it. */
export interface LogFilters {
  readonly state?: ListDeliveriesState | undefined;
  readonly type?: string | undefined;
  readonly hours?: number | undefined;
}

export function useLogFilters() {
  const [params, setParams] = useSearchParams();
  const location = useLocation();
  const [state, type, hours] = [params.get('state'), params.get('type'), Number(params.get('hours'))];
  const filters = useMemo<LogFilters>(
    () => ({
      state: LOG_STATES.find((s) => s === state),
      type: type ?? undefined,
      hours: LOG_HOURS.find((h) => h === hours),
    }),
    [state, type, hours],
  );
  /** Of the moment when the span was chosen: a page would be another at every look. */
  const since = useMemo(
    () => (filters.hours === undefined ? undefined : new Date(Date.now() - filters.hours * 3_600_000).toISOString()),
    [filters.hours],
  );
  const change = useCallback(
    (changed: LogFilters) => {
      const query = new URLSearchParams();
      for (const [name, value] of Object.entries({ ...filters, ...changed }))
        if (value !== undefined) query.set(name, String(value));
      setParams(query, { preventScrollReset: true });
    },
    [filters, setParams],
  );
  const delivery = params.get('delivery') ?? undefined;
  const show = useCallback(
    (id: string | undefined) =>
      setParams(
        (p) => {
          if (id === undefined) p.delete('delivery');
          else p.set('delivery', id);
          return p;
        },
        { replace: true, preventScrollReset: true, state: location.state as unknown },
      ),
    [setParams, location.state],
  );
  return { filters, since, change, delivery, show, cursor: params.get('after') ?? undefined };
}
