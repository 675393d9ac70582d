/** What a paper of governance may hold: JSON without fractions and without null. */
export type Json = string | number | boolean | readonly Json[] | JsonMap;
export type JsonMap = { readonly [name: string]: Json };

/** Ours: a paper of governance nests four deep. */
export const JSON_DEPTH_MAX = 16;

/** The one way to write a value (RFC 8785): no space, the names of each object in the order of their UTF-16 units. */
export function canonicalJson(value: Json): string {
  if (typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((item: Json) => canonicalJson(item)).join(',')}]`;
  const map = value as JsonMap;
  const pairs = Object.keys(map)
    .toSorted()
    .map((name) => `${JSON.stringify(name)}:${canonicalJson(map[name]!)}`);
  return `{${pairs.join(',')}}`;
}

/** Reads what `canonicalJson` writes. @returns undefined for any other text, whatever a lenient reader makes of it */
export function parseCanonicalJson(text: string): Json | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  return isJson(value, 0) && canonicalJson(value) === text ? value : undefined;
}

function isJson(value: unknown, depth: number): value is Json {
  if (depth > JSON_DEPTH_MAX) return false;
  if (typeof value === 'string') return value.isWellFormed();
  if (typeof value === 'number') return Number.isSafeInteger(value);
  if (typeof value === 'boolean') return true;
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).every(([name, item]) => name.isWellFormed() && isJson(item, depth + 1));
}
