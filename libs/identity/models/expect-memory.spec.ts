import { describe, expect, it } from '@jest/globals';
import { getHeapStatistics } from 'node:v8';
import { expectMemory } from './expect-memory.js';

const MIB = 2 ** 20;
const heap = (limit: number, used: number) => ({
  ...getHeapStatistics(),
  heap_size_limit: limit * MIB,
  used_heap_size: used * MIB,
});

describe('the memory for everybody', () => {
  it('is there for a small firm, and for a large one with a heap to match', () => {
    expect(() => expectMemory(50_000)).not.toThrow();
    expect(() => expectMemory(3_000_000, heap(16_384, 300))).not.toThrow();
  });

  it('is asked for before it runs out, with the setting that gives it', () => {
    const refused = () => expectMemory(3_000_000, heap(4144, 300));
    expect(refused).toThrow('3000000 identities takes about 12875 MiB of memory, and this process has 3844 MiB left');
    expect(refused).toThrow('--max-old-space-size=13175');
  });
});
