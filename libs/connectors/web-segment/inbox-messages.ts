import type { ActionResult, CheckResult, Command, HttpSystem } from '#connector-kit';

/**
 * In-app messages: `PUT {inboxUrl}/messages/{command id}` puts a message into a user's inbox. The id in the path makes
 * a repeat the same message. That it was read comes back as a track event with the id.
 */
export function inboxMessages(inbox: HttpSystem) {
  return {
    send: ({ id, params }: Command<'web.message'>, signal: AbortSignal): Promise<ActionResult> =>
      inbox.command('PUT', `/messages/${id}`, params, id, signal),
    check: (signal: AbortSignal): Promise<CheckResult> => inbox.check('web.message', '/health', signal),
  };
}
