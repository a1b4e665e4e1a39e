import { CLIENT_FIELD_NAMES } from '#canonical';
import type { ClientClaims } from '../claims.js';
import { attributeNames, golden } from '../golden.js';
import { decideField, distinctStatements, newestFirst, type WinningRule } from './decide-field.js';
import { orderOf, type SurvivorshipPolicy, type SurvivorshipRule } from './policy.js';
import { attributeField, attributeOf, type Pin, type Statement, type StatedValue } from './statement.js';

/** A record that states a field, and did not win it. */
export interface Loser {
  readonly statement: Statement;
  /** What put it behind the winner. `union`: it is joined behind it. */
  readonly lostBy: WinningRule;
}

/** Why a field has its value: who won, by what, and who lost. */
export interface AccountOfField {
  readonly field: string;
  readonly rule: WinningRule;
  /** The rules that decide this field, in their order. */
  readonly order: readonly SurvivorshipRule[];
  readonly value: StatedValue;
  /** Pins that stand for it; the first wins. */
  readonly pins: readonly Pin[];
  /** The record that won; undefined when a pin did. */
  readonly winner: Statement | undefined;
  /** Best first. */
  readonly losers: readonly Loser[];
}

/** Accounts for every field of a client. It says what `golden` makes of the same claims, and why. */
export function accountOfFields({ statements, pins }: ClientClaims, policy: SurvivorshipPolicy): AccountOfField[] {
  const distinct = distinctStatements(statements);
  const { fields, attributes } = golden(statements, pins, policy);
  const names = [...CLIENT_FIELD_NAMES, ...attributeNames(distinct, pins).map(attributeField)];
  return names.flatMap((field) => {
    const decided = decideField(field, distinct, pins, policy);
    if (!decided) return [];
    const { rule, pin, best, contest } = decided;
    const attribute = attributeOf(field);
    const value = attribute === undefined ? fields[field as keyof typeof fields]! : attributes[attribute]!;
    const lostBy = (s: Statement): WinningRule =>
      rule === 'pin' || rule === 'union' ? rule : contest.deciding(best!, s);
    return [
      {
        field,
        rule,
        order: orderOf(policy, field),
        value,
        pins: pins.filter((p) => p.field === field).toSorted(newestFirst),
        winner: pin ? undefined : best,
        losers: contest
          .ranked()
          .filter((s) => pin !== undefined || s !== best)
          .map((statement) => ({ statement, lostBy: lostBy(statement) })),
      },
    ];
  });
}
