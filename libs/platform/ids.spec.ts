import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parsePublicId, publicId, uuidv7 } from './ids.js';

describe('uuidv7', () => {
  it('sorts in the order of making, also within a millisecond and when the clock steps back', () => {
    const ids = [...Array.from({ length: 6000 }, () => uuidv7(1_764_000_000_000)), uuidv7(1_763_000_000_000)];
    expect(ids).toEqual(ids.toSorted());
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('has the version and variant bits of RFC 9562', () => {
    expect(uuidv7()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });
});

describe('public ids', () => {
  it('carry their UUID there and back', () => {
    fc.assert(fc.property(fc.uuid(), (uuid) => expect(parsePublicId('cli', publicId('cli', uuid))).toBe(uuid)));
  });

  it('follow the TypeID specification', () => {
    expect(publicId('prefix', '01890a5d-ac96-774b-bcce-b302099a8057')).toBe('prefix_01h455vb4pex5vsknk084sn02q');
  });

  it.each([
    'cli_',
    'cmp_01h455vb4pex5vsknk084sn02q',
    'cli_01h455vb4pex5vsknk084sn02u',
    'cli_81h455vb4pex5vsknk084sn02q',
    "cli_' or true",
  ])('refuse %j', (text) => {
    expect(parsePublicId('cli', text)).toBeUndefined();
  });
});
