import type { Command } from 'commander';
import { confirm, query, verb } from '../verbs.js';

const reason = ['--reason <text>', 'why; it is kept with the decision'] as const;
const dryRun = ['--dry-run', 'only say what would change'] as const;

interface Said {
  readonly reason?: string | undefined;
  readonly dryRun?: string | undefined;
}

function said(o: Said) {
  return { reason: o.reason ?? 'by command line', dryRun: o.dryRun !== undefined };
}

/** `phone=5,device=none`: what is limited to how many, or no more. The API says what is wrong with it. */
function limitsOf(list: string): Record<string, unknown> {
  return Object.fromEntries(
    list.split(',').map((one) => {
      const [name = '', most = ''] = one.split('=').map((t) => t.trim());
      return [name, most === 'none' ? null : /^\d+$/.test(most) ? Number(most) : most];
    }),
  );
}

export function identityCommands(program: Command): void {
  const identity = program.command('identity').description('who is who: why a client is one, and what people decided');
  verb(identity, 'card <client>', 'the identities of a client, what ties them, how it came about', (a, [id]) =>
    a.get(`/clients/${id}/identity`),
  );
  verb(
    identity,
    'merge <clients...>',
    'say that clients are one',
    (a, ids, o) => a.post('/clients/merge', { clients: ids.flatMap((i) => i.split(',')), ...said(o) }),
    { options: [reason, dryRun] },
  );
  verb(
    identity,
    'unmerge <client> <identities...>',
    'say that some identities of a client (their numbers on its card) are somebody else',
    (a, [client, ...ids], o) =>
      a.post(`/clients/${client}/unmerge`, {
        identities: ids.flatMap((i) => i.split(',')).map(Number),
        ...said(o),
      }),
    { options: [reason, dryRun] },
  );

  const decisions = identity.command('decisions').description('what people decided');
  verb(decisions, 'list', 'newest first', (a, _args, o) => a.get(`/identity/decisions${query(o)}`), {
    columns: ['id', 'verdict', 'source', 'state', 'decidedBy', 'decidedAt', 'reason'],
    options: [
      ['--client <id>', 'about one client'],
      ['--limit <n>', 'at most 500'],
      ['--cursor <c>', 'the page after this cursor'],
    ],
  });
  verb(
    decisions,
    'revoke <id>',
    'take one back: the clients are as if it had not been made',
    (a, [id], o) => a.post(`/identity/decisions/${id}/revoke`, { dryRun: o['dryRun'] !== undefined }),
    { options: [dryRun] },
  );

  const reviews = identity.command('reviews').description('pairs that only a person can judge');
  verb(reviews, 'list', 'newest first', (a, _args, o) => a.get(`/identity/reviews${query(o)}`), {
    columns: ['id', 'cause', 'bits', 'openedAt', 'left', 'right'],
    options: [
      ['--cause <cause>', 'uncertain, unique_id, contested_record, contradicted, limit, size, diameter or contested'],
      ['--client <id>', 'with one client'],
      ['--limit <n>', 'at most 500'],
      ['--cursor <c>', 'the page after this cursor'],
    ],
  });
  verb(reviews, 'counts', 'how many wait, by cause', (a) => a.get('/identity/reviews/counts'), {
    columns: ['cause', 'n', 'oldest'],
  });
  verb(reviews, 'show <id>', 'both sides and the evidence (masked)', (a, [id]) => a.get(`/identity/reviews/${id}`));
  verb(
    reviews,
    'decide <id> <verdict>',
    'same, different, moves (of a contested_record: it is of the right client) or later',
    (a, [id, verdict], o) => a.post(`/identity/reviews/${id}/decide`, { verdict, ...said(o) }),
    { options: [reason, dryRun] },
  );

  const blocked = identity.command('blocked').description('values that people said are no evidence of who anybody is');
  verb(blocked, 'list', 'newest first (masked)', (a, _, o) => a.get(`/identity/blocked-values${query(o)}`), {
    columns: ['id', 'kind', 'value', 'reason', 'blockedBy', 'blockedAt', 'unblockedBy', 'unblockReason'],
    options: [
      ['--ended <yes>', 'true: those that were unblocked as well'],
      ['--limit <n>', 'at most 500'],
      ['--cursor <c>', 'the page after this cursor'],
    ],
  });
  verb(
    identity,
    'block <kind> <value>',
    'a value is no evidence from now on: phone, email, idNumber, oneCode, device, street or birthDate',
    (a, [kind, value], o) => a.post('/identity/blocked-values', { kind, value, ...said(o) }),
    { options: [reason, dryRun] },
  );
  verb(
    identity,
    'unblock <id>',
    'a blocked value counts again',
    (a, [id], o) => a.post(`/identity/blocked-values/${id}/unblock`, said(o)),
    { options: [reason, dryRun] },
  );

  const surges = identity.command('surges').description('streams whose records suddenly join many clients');
  verb(surges, 'list', 'open ones first', (a, _, o) => a.get(`/identity/surges${query(o)}`), {
    columns: [
      'id',
      'system',
      'stream',
      'evidence',
      'joins',
      'records',
      'usualJoins',
      'usualRecords',
      'openedAt',
      'closedBy',
    ],
    options: [['--open <yes>', 'true: only those that nobody has looked into; false: the others']],
  });
  verb(
    surges,
    'close <id>',
    'it was looked into',
    (a, [id], o) => a.post(`/identity/surges/${id}/close`, { reason: said(o).reason }),
    { options: [reason] },
  );

  const audits = identity.command('audits').description('how often the hub is right: samples that people judge');
  verb(
    audits,
    'start',
    'draw a random sample of the pairs that the model in force weighs',
    (a, _args, o) => a.post('/identity/audits', Object.fromEntries(Object.entries(o).map(([k, v]) => [k, Number(v)]))),
    {
      options: [
        ['--pairs <n>', 'how many; 100 when it is not said'],
        ['--seed <n>', 'the same seed over the same pairs draws the same sample'],
      ],
    },
  );
  verb(audits, 'list', 'newest first', (a, _args, o) => a.get(`/identity/audits${query(o)}`), {
    columns: ['id', 'model', 'pairs', 'answered', 'gone', 'createdBy', 'createdAt'],
    options: [
      ['--limit <n>', 'at most 500'],
      ['--cursor <c>', 'the page after this cursor'],
    ],
  });
  verb(
    audits,
    'show <audit> [n]',
    'which pairs have an answer; of one pair both sides and what was compared (masked)',
    (a, [id, n]) => a.get(n === undefined ? `/identity/audits/${id}` : `/identity/audits/${id}/pairs/${n}`),
  );
  verb(
    audits,
    'answer <audit> <n> <answer>',
    'same, different or cannot-tell; none takes an answer back',
    (a, [id, n, answer]) =>
      a.post(`/identity/audits/${id}/pairs/${n}/answer`, {
        answer: answer === 'none' ? null : answer!.replace('-', '_'),
      }),
  );
  verb(
    audits,
    'decide <audit> <n>',
    'make the answer of a pair a decision, so that the hub follows it',
    (a, [id, n], o) => a.post(`/identity/audits/${id}/pairs/${n}/decide`, said(o)),
    { options: [reason, dryRun] },
  );
  verb(audits, 'result <audit>', 'how many links were found right, beside what was expected', (a, [id]) =>
    a.get(`/identity/audits/${id}/result`),
  );

  const models = identity.command('models').description('what decides: versions, previews, the one in force');
  verb(models, 'list', 'all versions', (a) => a.get('/identity/models'), {
    columns: ['version', 'state', 'task', 'done', 'total', 'createdBy', 'activatedAt'],
  });
  verb(models, 'active', 'the model in force, with its thresholds and weights', (a) =>
    a.get('/identity/models/active'),
  );
  verb(models, 'show <version>', 'one version, and what it would change', (a, [v]) => a.get(`/identity/models/${v}`));
  verb(models, 'train', "train a version from the firm's own records", (a) => a.post('/identity/models'));
  verb(
    models,
    'tune <from>',
    'a version with other thresholds or limits than version <from> (0: the shipped one)',
    (a, [from], o) =>
      a.post('/identity/models/tune', {
        from: Number(from),
        ...Object.fromEntries(
          Object.entries(o).map(([k, v]) => [k, k === 'valueLimits' ? limitsOf(v ?? '') : Number(v)]),
        ),
      }),
    {
      options: [
        ['--link <p>', 'least probability of a link: expected precision of the weakest'],
        ['--precision <p>', 'instead of --link: share of all links that is to be right; needs a preview of <from>'],
        ['--review <p>', 'least probability at which a person is asked'],
        ['--cluster-limit <n>', 'most identities that evidence makes one client'],
        ['--diameter-limit <n>', 'most ties by which two identities of one client may stand apart'],
        ['--block-limit <n>', 'a value that more identities share finds no candidates'],
        ['--value-limits <list>', 'most values of a kind that one client has, such as phone=5,email=3,device=none'],
      ],
    },
  );
  verb(
    models,
    'calibrate <audit>',
    'a version whose probabilities follow what people said of the pairs of an audit',
    (a, [audit], o) =>
      a.post('/identity/models/calibrate', { audit, ...(o['from'] === undefined ? {} : { from: Number(o['from']) }) }),
    {
      options: [['--from <version>', 'whose weights and thresholds it has; the version in force when it is not said']],
    },
  );
  verb(models, 'preview <version>', 'compute what it would change; then: models show', (a, [v]) =>
    a.post(`/identity/models/${v}/preview`),
  );
  const activate: Command = verb(models, 'activate <version>', 'put a previewed version in force', (a, [v]) => {
    confirm(activate, `Who is who will be computed anew under model ${v}.`);
    return a.post(`/identity/models/${v}/activate`);
  });
}
