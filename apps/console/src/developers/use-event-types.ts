import { useListEventTypes } from '../api/generated/hub.js';
import type { EventType, EventTypeList } from '../api/generated/hub.schemas.js';
import type { Problem } from '../api/problem.js';
import { useLanguage } from '../preferences/language.js';

/** A type of event with what it says, in the reader's language. */
export interface SaidType extends EventType {
  readonly says: string;
}

/** The catalogue does not change while a hub runs. */
export function useEventTypesQuery() {
  return useListEventTypes<EventTypeList, Problem>({ query: { staleTime: Infinity } });
}

export function useEventTypes(): SaidType[] {
  const { language } = useLanguage();
  const { data } = useEventTypesQuery();
  return (data?.items ?? []).map((type) => ({ ...type, says: language === 'zh-CN' ? type.zh : type.en }));
}
