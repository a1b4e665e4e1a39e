/** What the exit code of a command says. */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  notFound: 3,
  auth: 4,
  conflict: 5,
  busy: 6,
  partial: 7,
  interrupted: 130,
} as const;

/** An error that a person sees as one paragraph, without a stack. */
export class CliError extends Error {
  constructor(
    message: string,
    readonly exit: number,
  ) {
    super(message);
    this.name = 'CliError';
  }
}

export function exitOf(status: number): number {
  if (status === 404) return EXIT.notFound;
  if (status === 401 || status === 403) return EXIT.auth;
  if (status === 409 || status === 412 || status === 428) return EXIT.conflict;
  if (status === 429 || status === 503 || status === 504) return EXIT.busy;
  return status >= 500 ? EXIT.failed : EXIT.usage;
}
