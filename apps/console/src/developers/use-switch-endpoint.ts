import { useQueryClient } from '@tanstack/react-query';
import { App } from 'antd';
import { useTranslation } from 'react-i18next';
import { useUpdateEndpoint } from '../api/generated/hub.js';
import type { Endpoint } from '../api/generated/hub.schemas.js';
import type { Problem } from '../api/problem.js';

/** Disables and enables an endpoint. */
export function useSwitchEndpoint({ id, version }: Endpoint) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const update = useUpdateEndpoint<Problem>({
    mutation: {
      onSuccess: () => queries.invalidateQueries(),
      onError: (problem) => {
        void message.error(problem.status === 0 ? t('problem.unreachable') : problem.message);
      },
    },
  });
  return {
    busy: update.isPending,
    turn: (state: 'enabled' | 'disabled') =>
      update.mutateAsync({ id, data: { version, state } }).catch(() => undefined),
  };
}
