import type { StreamDefinition } from './settings.js';

/**
 * The tables of the standard counter (docs/reference/simulator.md), clients first: what comes later hangs on them.
 * Another counter is a list of its own in the setting `streams`, and a mapping for each.
 */
export const DEFAULT_STREAMS: readonly StreamDefinition[] = [
  mutable('clients', 'customer', ['customer_no']),
  mutable('fund-accounts', 'fund_account', ['fund_account']),
  mutable('security-accounts', 'security_account', ['stock_account']),
  mutable('assets', 'asset_daily', ['fund_account', 'biz_date']),
  appendOnly('trades', 'trade', 'trade_id', 'trade_time'),
  appendOnly('cash-transfers', 'cash_transfer', 'transfer_id', 'transfer_time'),
  appendOnly('custody-transfers', 'custody_transfer', 'transfer_id', 'apply_time'),
];

function mutable(name: string, table: string, key: string[]): StreamDefinition {
  return { name, table, key, cursor: { by: 'time', column: 'updated_at' }, appendOnly: false };
}

function appendOnly(name: string, table: string, id: string, occurredAt: string): StreamDefinition {
  return { name, table, key: [id], cursor: { by: 'sequence', column: id }, appendOnly: true, occurredAt };
}
