import type { AxiosInstance } from 'axios';
import { type ActionResult, type CheckResult, type Command, retryAfterMs, sendFault } from '#connector-kit';

/**
 * In-app messages: `PUT {inboxUrl}/messages/{command id}` puts a message into a user's inbox. The id in the path makes
 * a repeat the same message. That it was read comes back as a track event with the id.
 */
export function inboxMessages(http: AxiosInstance, inboxUrl: string, token: string | undefined) {
  const base = inboxUrl.replace(/\/$/, '');
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };

  return {
    async send(command: Command<'web.message'>, signal: AbortSignal): Promise<ActionResult> {
      try {
        const answer = await http.put(`${base}/messages/${command.id}`, command.params, {
          headers,
          signal,
          validateStatus: () => true,
        });
        if (answer.status < 300) return { status: 'accepted', externalId: command.id };
        if (answer.status === 429 || answer.status >= 500) {
          const afterMs = retryAfterMs(answer.headers['retry-after'] as string | undefined, new Date());
          return {
            status: 'retry',
            detail: `the inbox answered ${answer.status}`,
            ...(afterMs === undefined ? {} : { afterMs }),
          };
        }
        return { status: 'rejected', detail: `the inbox answered ${answer.status}` };
      } catch (e) {
        const detail = e instanceof Error ? e.message : String(e);
        return sendFault(e) === 'not_sent' ? { status: 'retry', detail } : { status: 'unknown', detail };
      }
    },

    async check(signal: AbortSignal): Promise<CheckResult> {
      try {
        const { status } = await http.get(`${base}/health`, { headers, signal, validateStatus: () => true });
        if (status < 300) return { capability: 'web.message', status: 'ok', detail: 'the inbox answers' };
        if (status === 401 || status === 403)
          return {
            capability: 'web.message',
            status: 'denied',
            detail: `the inbox answered ${status}`,
            nextStep: 'Set the inbox token.',
          };
        return {
          capability: 'web.message',
          status: 'misconfigured',
          detail: `the inbox answered ${status}`,
          nextStep: 'Check the inbox address.',
        };
      } catch (e) {
        return {
          capability: 'web.message',
          status: 'unreachable',
          detail: e instanceof Error ? e.message : String(e),
          nextStep: 'Check the inbox address and the network.',
        };
      }
    },
  };
}
