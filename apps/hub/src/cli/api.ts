import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { allSettings, cliSettings, hubSettings } from '#config';
import { readSettings } from '#platform';
import { randomUUID } from 'node:crypto';
import { CliError, EXIT, exitOf } from './exit.js';

/** A problem document (RFC 9457), as the API sends it. */
export interface Problem {
  readonly code: string;
  readonly detail: string;
  readonly status: number;
  readonly errors?: readonly { readonly pointer: string; readonly detail: string }[];
  readonly traceId?: string;
}

/** Talks to the hub's API with one key. */
export class Api {
  constructor(
    readonly url: string,
    private readonly key: string,
  ) {}

  /**
   * From `--url` and `--key`, else the environment, else what a hub on this machine left in its data folder.
   * @param as whose key of the first start to take: the administrator's, or the second approver's.
   */
  static fromSettings(o: { url?: string | undefined; key?: string | undefined; as?: string | undefined }): Api {
    const settings = readSettings(cliSettings, process.env, allSettings);
    const key = o.key ?? settings.apiKey ?? localKey(o.as ?? 'admin');
    if (key === undefined)
      throw new CliError(
        'No API key. Give one by --key or ISTHMUS_API_KEY, or run this where the hub keeps its data folder.',
        EXIT.auth,
      );
    return new Api((o.url ?? settings.url).replace(/\/$/, ''), key);
  }

  get<T>(path: string): Promise<T> {
    return this.send<T>('GET', path);
  }

  /** A POST carries an Idempotency-Key, so that a repeat after a lost answer causes nothing twice. */
  post<T>(path: string, body: unknown = {}): Promise<T> {
    return this.send<T>('POST', path, body);
  }

  send<T>(method: string, path: string, body?: unknown): Promise<T> {
    return this.request<T>(method, path, body);
  }

  /** Every item of a cursor list, page by page. */
  async *all<T>(path: string): AsyncGenerator<T> {
    const glue = path.includes('?') ? '&' : '?';
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: { items: T[]; nextCursor?: string | null } = await this.get(
        `${path}${glue}limit=500${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`,
      );
      yield* page.items;
      cursor = page.nextCursor ?? null;
    }
  }

  private async request<T>(method: string, path: string, body?: unknown): Promise<T> {
    const headers: Record<string, string> = { authorization: `Bearer ${this.key}`, 'accept-language': language() };
    if (body !== undefined) headers['content-type'] = 'application/json';
    if (method === 'POST') headers['idempotency-key'] = randomUUID();
    let response: Response;
    try {
      response = await fetch(`${this.url}/api/v1${path}`, {
        method,
        headers,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    } catch (e) {
      throw new CliError(
        `The hub at ${this.url} does not answer (${cause(e)}). Start it with "npm start", or name another by --url.`,
        EXIT.failed,
      );
    }
    const text = await response.text();
    if (response.ok) return (text === '' ? undefined : parsed(text)) as T;
    const problem = parsed(text) as Partial<Problem>;
    const fields = (problem.errors ?? []).map((f) => `\n  ${f.pointer}: ${f.detail}`).join('');
    const trace = problem.traceId ? `\n  trace ${problem.traceId}` : '';
    throw new CliError(`${problem.detail ?? text}${fields}${trace}`, exitOf(response.status));
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function cause(e: unknown): string {
  const inner = e instanceof Error && e.cause instanceof Error ? e.cause : e;
  return (inner as { code?: string }).code ?? (inner instanceof Error ? inner.message : String(inner));
}

function language(): string {
  return /^zh/i.test(process.env['LC_ALL'] ?? process.env['LC_MESSAGES'] ?? process.env['LANG'] ?? '') ? 'zh-CN' : 'en';
}

/** The key a hub of this machine made at its first start. */
function localKey(login: string): string | undefined {
  const { dataDir } = readSettings({ dataDir: hubSettings.dataDir }, process.env, allSettings);
  try {
    return readFileSync(join(resolve(dataDir), `${login}.key`), 'utf8').trim();
  } catch {
    return undefined;
  }
}
