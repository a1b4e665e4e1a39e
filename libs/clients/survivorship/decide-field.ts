import { CLIENT_FIELDS, isClientField } from '#canonical';
import { Contest } from './contest.js';
import { orderOf, SURVIVORSHIP_RULES, type SurvivorshipPolicy } from './policy.js';
import { type Pin, type Statement, statedValue, valueMark } from './statement.js';

/**
 * Why a value is the one that is shown. `key`: every rule left the records equal; `only`: no other record has a value;
 * `union`: lists are joined.
 */
export const WINNING_RULES = ['pin', ...SURVIVORSHIP_RULES, 'key', 'only', 'union'] as const;
export type WinningRule = (typeof WINNING_RULES)[number];

/** How one field is decided. */
export interface FieldDecision {
  readonly rule: WinningRule;
  /** The pin that wins over every record. */
  readonly pin: Pin | undefined;
  /** The record that is believed most; none when only a pin states the field. */
  readonly best: Statement | undefined;
  readonly contest: Contest;
}

/** The most entries that a list of a client has. */
export const MOST_IN_LIST = 10;

/**
 * Every record once, in the order of its key: where rules leave records equal, this decides, whatever came first. Of two
 * versions of one record the newer counts.
 */
export function distinctStatements(statements: readonly Statement[]): readonly Statement[] {
  if (statements.length < 2) return statements;
  const sorted = statements.toSorted(
    (a, b) => byKey(a, b) || b.version.getTime() - a.version.getTime() || b.record - a.record,
  );
  return sorted.filter((s, i) => i === 0 || byKey(sorted[i - 1]!, s) !== 0);
}

/** @returns undefined when nobody states it. @param statements as `distinctStatements` gives them. */
export function decideField(
  field: string,
  statements: readonly Statement[],
  pins: readonly Pin[],
  policy: SurvivorshipPolicy,
): FieldDecision | undefined {
  const stating = statements.filter((s) => statedValue(s.fields, field) !== undefined);
  const pin = pins.length === 0 ? undefined : newestPin(field, pins);
  if (stating.length === 0 && pin === undefined) return undefined;
  const contest = new Contest(field, orderOf(policy, field), stating);
  const best = contest.best();
  return { rule: pin || !best ? 'pin' : ruleOf(field, best, contest), pin, best, contest };
}

function ruleOf(field: string, best: Statement, contest: Contest): WinningRule {
  if (contest.stating.length === 1) return 'only';
  if (isList(field)) return 'union';
  const mark = valueMark(best.fields, field);
  // What is to be told is why this value stands and not another; records that state the same are no rivals.
  const rival = contest.best((s) => valueMark(s.fields, field) !== mark) ?? contest.best((s) => s !== best);
  return contest.deciding(best, rival!);
}

function isList(field: string): boolean {
  return isClientField(field) && CLIENT_FIELDS[field].type === 'list';
}

/** Two clients that were joined may both have a pin: what was said last counts. */
function newestPin(field: string, pins: readonly Pin[]): Pin | undefined {
  return pins.filter((p) => p.field === field).toSorted(newestFirst)[0];
}

/** Pins, what was said last first. */
export function newestFirst(a: Pick<Pin, 'pinnedAt' | 'id'>, b: Pick<Pin, 'pinnedAt' | 'id'>): number {
  return b.pinnedAt.getTime() - a.pinnedAt.getTime() || compare(b.id, a.id);
}

function byKey(a: Statement, b: Statement): number {
  return a.system - b.system || compare(a.stream, b.stream) || compare(a.key, b.key);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
