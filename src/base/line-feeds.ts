/**
 * A text file of ours that went by mail may come with its lines ended by CR LF. No line of one holds a CR. What is read
 * from logs and connections is taken as it is: there one octet more is another text.
 */
export function withLineFeeds(bytes: Uint8Array): Buffer {
  const octets = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  return octets.includes('\r\n') ? Buffer.from(octets.toString('latin1').replaceAll('\r\n', '\n'), 'latin1') : octets;
}
