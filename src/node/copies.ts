import { type Consortium, isActive } from '../governance/consortium.ts';

/**
 * Where copies of a log may be read: at the other active members, and at web servers that the configuration names.
 * @param path such as `mirrors/hanbit` or `governance`
 */
export function copiesOf(
  path: string,
  {
    governance,
    but,
    mirrors,
  }: {
    governance: { readonly consortium: Consortium };
    but: readonly string[];
    mirrors: readonly string[];
  },
): string[] {
  const members = governance.consortium.members.filter((one) => isActive(one) && !but.includes(one.name));
  return [...mirrors.map((url) => url.replace(/\/+$/, '')), ...members.map(({ url }) => url)].map(
    (url) => `${url}/${path}`,
  );
}
