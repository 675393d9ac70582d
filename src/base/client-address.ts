import { isIP, isIPv6 } from 'node:net';

/** An IPv6 client commands a whole /64 and takes a new address of it whenever it likes: limits count the /64. */
export const CLIENT_PREFIX_BITS = 64;
const GROUP_BITS = 16;
const GROUPS = 8;

/** What limits count a client by: its IPv4 address, or the first CLIENT_PREFIX_BITS of its IPv6 address. */
export function clientKey(address: string): string {
  const [bare = ''] = address.split('%', 1);
  const mapped = /^::ffff:([0-9.]+)$/i.exec(bare)?.[1];
  if (mapped !== undefined) return mapped;
  if (!isIPv6(bare)) return bare;
  const prefix = groupsOf(bare).slice(0, CLIENT_PREFIX_BITS / GROUP_BITS);
  return `${prefix.join(':')}::/${CLIENT_PREFIX_BITS}`;
}

/** The eight groups of an IPv6 address, each in its shortest spelling. */
function groupsOf(address: string): string[] {
  // The standard spells an address in one way: lower case, no zeros ahead, no dotted end.
  const spelled = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [head = '', tail = ''] = spelled.split('::', 2);
  const before = head === '' ? [] : head.split(':');
  const after = tail === '' ? [] : tail.split(':');
  return [...before, ...Array.from({ length: GROUPS - before.length - after.length }, () => '0'), ...after];
}

/** Whether a text is an address, or a range of them such as `10.0.0.0/8`. A range of all addresses is none. */
export function isAddressRange(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return false;
  return bits === undefined || (/^[1-9][0-9]{0,2}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
}
