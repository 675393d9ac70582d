/**
 * Strict base64 (RFC 4648 clause 4, padded). `Buffer.from` forgives missing padding, spaces, URL letters and rubbish at
 * the end; a signed text must have one form only, so what does not encode back to itself is refused.
 */
export function decodeBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : undefined;
}
