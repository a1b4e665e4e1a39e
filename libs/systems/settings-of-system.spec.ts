import { describe, expect, it } from '@jest/globals';
import { type Connector, defineConnector, secretSettings } from '#connector-kit';
import { z } from 'zod';
import { IsthmusError } from '#platform';
import { keepSecrets, resolveSettings, splitSecrets, validateSettings } from './settings-of-system.js';

const connector = defineConnector({
  name: 'grouped',
  kind: 'call',
  title: { en: '', zh: '' },
  summary: { en: '', zh: '' },
  settings: z.object({
    url: z.string(),
    token: z.string().meta({ secret: true }),
    signature: z.object({
      preset: z.string().default('hmac'),
      secret: z.string().meta({ secret: true }),
      deeper: z.object({ key: z.string().optional().meta({ secret: true }) }).optional(),
    }),
  }),
  open: () => ({ check: async () => [], discover: async () => [], close: async () => {} }),
}) as unknown as Connector<never>;

const settings = {
  url: 'http://x',
  token: 'token-1',
  signature: { preset: 'md5', secret: 'secret-1', deeper: { key: 'key-1' } },
};

describe('secrets inside groups of settings', () => {
  it('are found wherever they stand', () => {
    expect(secretSettings(connector)).toEqual(['token', 'signature.secret', 'signature.deeper.key']);
  });

  it('are taken out of what is stored openly, which is otherwise as it was', () => {
    expect(splitSecrets(connector, settings)).toEqual({
      open: { url: 'http://x', signature: { preset: 'md5', deeper: {} } },
      secret: { token: 'token-1', 'signature.secret': 'secret-1', 'signature.deeper.key': 'key-1' },
    });
    expect(settings.signature.secret).toBe('secret-1');
  });

  it('come back where they were', () => {
    const { open, secret } = splitSecrets(connector, settings);
    const sealed = new Map(Object.entries(secret).map(([at, v]) => [`system/x/${at}`, Buffer.from(v)]));
    const envelope = { open: (sealedValue: Buffer) => sealedValue.toString() };
    expect(resolveSettings('x', open, sealed, envelope as never, {})).toEqual(settings);
  });

  it('may stay references, which are read where the connector runs', () => {
    const referring = { ...settings, signature: { preset: 'md5', secret: '$env:CALL_SECRET' } };
    const { open, secret } = splitSecrets(connector, referring);
    expect(Object.keys(secret)).toEqual(['token']);
    expect(resolveSettings('x', open, new Map(), undefined, { CALL_SECRET: 'from-env' })).toMatchObject({
      signature: { preset: 'md5', secret: 'from-env' },
    });
    expect(() => resolveSettings('x', open, new Map(), undefined, {})).toThrow(/signature\.secret of x.*CALL_SECRET/);
    expect(resolveSettings('x', open, new Map(), undefined, undefined)).toEqual(open);
  });

  it('are never a variable of the hub itself, wherever the reference stands', () => {
    const thieving = { ...settings, signature: { preset: 'md5', secret: '$env:ISTHMUS_MASTER_KEYS' } };
    expect(() => validateSettings(connector, thieving)).toThrow(IsthmusError);
    expect(() => resolveSettings('x', thieving, new Map(), undefined, { ISTHMUS_MASTER_KEYS: 'k' })).toThrow(
      /signature\.secret of x names a variable of the hub/,
    );
  });

  it('keep their values in a change that does not name them', () => {
    expect(keepSecrets(connector, { url: 'http://y', signature: { preset: 'hmac' } }, settings)).toEqual({
      url: 'http://y',
      token: 'token-1',
      signature: { preset: 'hmac', secret: 'secret-1', deeper: { key: 'key-1' } },
    });
    expect(keepSecrets(connector, { ...settings, token: 'token-2' }, settings)).toEqual({
      ...settings,
      token: 'token-2',
    });
  });
});
