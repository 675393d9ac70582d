/** An IPv4 address that a dual-stack socket shows as ::ffff:a.b.c.d. */
export function withoutMapping(address: string): string {
  return address.startsWith('::ffff:') && address.includes('.') ? address.slice('::ffff:'.length) : address;
}
