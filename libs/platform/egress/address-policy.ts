import { BlockList, isIP } from 'node:net';

/**
 * IANA special-purpose ranges (RFC 6890 and the registries as of 2025), plus ranges that reach a host's own cloud
 * controls. A public firm's receiver is in none of them.
 */
const SPECIAL_V4: [string, number][] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
  ['168.63.129.16', 32],
];
const SPECIAL_V6: [string, number][] = [
  ['::', 96],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
  ['5f00::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
];

/** Instance metadata and host agents: refused even when an allowed subnet contains them. */
const NEVER_V4: [string, number][] = [
  ['169.254.0.0', 16],
  ['100.100.100.200', 32],
  ['168.63.129.16', 32],
  ['192.0.0.192', 32],
];
const NEVER_V6: [string, number][] = [
  ['fd00:ec2::254', 128],
  ['fe80::', 10],
  ['fd20:ce::254', 128],
];

function list(v4: [string, number][], v6: [string, number][]): BlockList {
  const b = new BlockList();
  for (const [net, prefix] of v4) b.addSubnet(net, prefix, 'ipv4');
  for (const [net, prefix] of v6) b.addSubnet(net, prefix, 'ipv6');
  return b;
}
const special = list(SPECIAL_V4, SPECIAL_V6);
const never = list(NEVER_V4, NEVER_V6);

/** `internal`: unless its subnet is allowed. `never`: whatever is allowed. */
export type Judgement = 'permitted' | 'internal' | 'never';

/** Decides, for one IP address, whether the product may dial it. */
export class AddressPolicy {
  private readonly allowed = new BlockList();

  /** @param allow subnets such as "10.20.0.0/16" or "::1/128" that may be dialled although they are not public. */
  constructor(allow: readonly string[]) {
    for (const subnet of allow) {
      const [net = '', prefix = ''] = subnet.split('/');
      const family = isIP(net);
      const bits = Number(prefix);
      if (family === 0 || prefix === '' || !Number.isInteger(bits) || bits < 0 || bits > (family === 4 ? 32 : 128))
        throw new Error(`"${subnet}" is not a subnet; write it as 10.20.0.0/16 or fd12:3456::/32`);
      this.allowed.addSubnet(net, bits, family === 4 ? 'ipv4' : 'ipv6');
    }
  }

  permits(address: string): boolean {
    return this.judge(address) === 'permitted';
  }

  judge(address: string): Judgement {
    const plain = mappedV4(address) ?? address;
    const family = isIP(plain);
    if (family === 0) return 'never';
    const type = family === 4 ? 'ipv4' : 'ipv6';
    if (never.check(plain, type)) return 'never';
    const carried = translatedV4(plain);
    if (carried !== undefined && never.check(carried, 'ipv4')) return 'never';
    return this.allowed.check(plain, type) || !special.check(plain, type) ? 'permitted' : 'internal';
  }
}

/**
 * `::ffff:a.b.c.d` is the IPv4 address it carries (RFC 4291 §2.5.5.2), however it is spelt. (A BlockList with the range
 * `::ffff:0:0/96` would match every IPv4 address.)
 */
function mappedV4(address: string): string | undefined {
  const words = wordsOf(address);
  return words?.slice(0, 6).join() === '0,0,0,0,0,65535' ? dotted(words[6]!, words[7]!) : undefined;
}

/** The IPv4 address that NAT64 (RFC 6052 §2.1), 6to4 (RFC 3056 §2) or `::a.b.c.d` would lead to. */
function translatedV4(address: string): string | undefined {
  const words = wordsOf(address);
  if (!words) return undefined;
  const head = words.slice(0, 6).join();
  if (head === '100,65435,0,0,0,0' || head === '0,0,0,0,0,0') return dotted(words[6]!, words[7]!);
  return words[0] === 0x2002 ? dotted(words[1]!, words[2]!) : undefined;
}

const dotted = (high: number, low: number) => `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`;

/** The eight 16-bit words of an IPv6 address, however it is spelt. */
function wordsOf(address: string): number[] | undefined {
  if (isIP(address) !== 6) return undefined;
  const canonical = new URL(`http://[${address.replace(/%.*$/, '')}]`).hostname.slice(1, -1);
  const [left = '', right] = canonical.split('::');
  const parse = (part: string) => (part === '' ? [] : part.split(':').map((w) => Number.parseInt(w, 16)));
  const [head, tail] = [parse(left), parse(right ?? '')];
  return [...head, ...Array.from({ length: 8 - head.length - tail.length }, () => 0), ...tail];
}
