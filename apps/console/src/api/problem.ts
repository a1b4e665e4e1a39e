/** A field of what was sent that must change. */
export interface FieldProblem {
  /** JSON Pointer into what was sent. */
  readonly pointer: string;
  readonly detail: string;
}

/** On whose side something went wrong: between page and hub, with the request, with what the person may do, in the hub. */
export type Side = 'way' | 'request' | 'permission' | 'hub';

/** What went wrong with a request, in the words of the hub: an RFC 9457 problem document. */
export class Problem extends Error {
  constructor(
    /** HTTP status; 0 when there was no answer. */
    readonly status: number,
    /** Stable code of docs/reference/errors.md, or UNREACHABLE. */
    readonly code: string,
    detail: string,
    /** Finds the request in the hub's log. */
    readonly traceId: string | undefined,
    readonly fields: readonly FieldProblem[] = [],
  ) {
    super(detail);
    this.name = 'Problem';
  }

  static unreachable(): Problem {
    return new Problem(0, 'UNREACHABLE', '', undefined);
  }

  static async of(response: Response): Promise<Problem> {
    const body: unknown = await response.json().catch(() => undefined);
    const { code, detail, traceId, errors } = (body ?? {}) as {
      code?: string;
      detail?: string;
      traceId?: string;
      errors?: FieldProblem[];
    };
    // A proxy before the hub answers in its own words; so does a hub that is being stopped.
    if (code === undefined && response.status >= 500) return Problem.unreachable();
    return new Problem(response.status, code ?? `HTTP_${response.status}`, detail ?? '', traceId, errors);
  }

  get side(): Side {
    if (this.status === 0) return 'way';
    if (this.status >= 500) return 'hub';
    return this.status === 401 || this.status === 403 ? 'permission' : 'request';
  }
}

export function isSignedOut(error: unknown): boolean {
  return error instanceof Problem && error.status === 401;
}
