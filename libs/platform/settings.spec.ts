import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { readSettings, redactSettings, setting, SettingsError } from './settings.js';

const definitions = {
  port: setting('ISTHMUS_PORT', z.coerce.number().pipe(z.int().min(1)).default(80), 'Port.'),
  password: setting('ISTHMUS_PASSWORD', z.string().optional(), 'Password.', { secret: true }),
};

describe('readSettings', () => {
  it('takes defaults, values, and secrets from files', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'settings-')), 'secret');
    writeFileSync(file, 'hush\n');
    expect(readSettings(definitions, { ISTHMUS_PASSWORD_FILE: file })).toEqual({ port: 80, password: 'hush' });
    expect(readSettings(definitions, { ISTHMUS_PORT: '8080' }).port).toBe(8080);
  });

  it('names every fault at once, and never a secret value', () => {
    const faults = () =>
      readSettings(definitions, {
        ISTHMUS_PORT: 'eighty',
        ISTHMUS_PORTS: '1',
        ISTHMUS_COLOUR: 'red',
        ISTHMUS_PASSWORD: 'hunter2',
        ISTHMUS_PASSWORD_FILE: '/nowhere/at/all',
      });
    expect(faults).toThrow(SettingsError);
    expect(faults).toThrow(/ISTHMUS_PORT: found "eighty"/);
    expect(faults).toThrow(/ISTHMUS_PORTS: no such setting; did you mean ISTHMUS_PORT\?/);
    expect(faults).toThrow(/ISTHMUS_COLOUR: no such setting; see docs/);
    expect(faults).toThrow(/ISTHMUS_PASSWORD: set both/);
    expect(faults).toThrow(/cannot read "\/nowhere\/at\/all" \(ENOENT\)/);
    expect(faults).not.toThrow(/hunter2/);
  });

  it('knows the names of other programs', () => {
    const other = { url: setting('ISTHMUS_URL', z.string(), 'Address.') };
    expect(() => readSettings(definitions, { ISTHMUS_URL: 'x' })).toThrow(SettingsError);
    expect(() => readSettings(definitions, { ISTHMUS_URL: 'x' }, [other])).not.toThrow();
  });

  it('shows of a secret only that it is there', () => {
    expect(redactSettings(definitions, { port: 1, password: 'hush' })).toEqual({ port: 1, passwordConfigured: true });
  });
});
