import { resolve } from 'node:path';
import Type, { type Static } from 'typebox';

/** Static stores to which a node pushes its own log. */
export const PUBLISH_STORES_MAX = 8;

const Store = Type.Union([
  Type.Object(
    { folder: Type.String({ description: 'a folder that a web server serves, or that is carried to one' }) },
    { additionalProperties: false },
  ),
  Type.Object(
    {
      url: Type.String({ pattern: '^https?://', description: 'files are put below it: <url>/log/checkpoint' }),
      tokenFile: Type.Optional(Type.String({ description: 'holds the token that goes with each request' })),
    },
    { additionalProperties: false },
  ),
]);

export const PublishConfig = Type.Array(Store, {
  default: [],
  maxItems: PUBLISH_STORES_MAX,
  description: 'static stores to which this node pushes its own log: for one that nobody can reach',
});
export type PublishConfig = Static<typeof PublishConfig>;

export function withAbsoluteStores(stores: PublishConfig, folder: string): PublishConfig {
  return stores.map((store) => {
    if ('folder' in store) return { folder: resolve(folder, store.folder) };
    return { ...store, ...(store.tokenFile !== undefined && { tokenFile: resolve(folder, store.tokenFile) }) };
  });
}
