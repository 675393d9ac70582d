/** Unsigned integers in network order (RFC 6733 clause 3). The caller has checked that the octets are there. */

export function readUint24(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 16) | (bytes[at + 1]! << 8) | bytes[at + 2]!;
}

export function readUint32(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
}

/** The next multiple of four: every AVP is padded to it (clause 4.1). */
export function padded(size: number): number {
  return (size + 3) & ~3;
}

/** DiameterIdentities and realms compare without case (clause 4.3.1); `lowerCase` holds lower-case octets. */
export function equalsIgnoringCase(bytes: Uint8Array, start: number, end: number, lowerCase: Uint8Array): boolean {
  if (end - start !== lowerCase.length) return false;
  for (let i = 0; i < lowerCase.length; i++) {
    const octet = bytes[start + i]!;
    if (octet === lowerCase[i]) continue;
    const isUpperCase = octet >= 0x41 && octet <= 0x5a;
    if (!isUpperCase || octet + 0x20 !== lowerCase[i]) return false;
  }
  return true;
}
