import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import type { MemberApiDependencies } from './dependencies.ts';
import { describe } from './describe.ts';

const StandingDigest = Type.Object({
  governance: Type.Integer({ description: 'Entries of the governance log which standing rests on.' }),
  logs: Type.Array(
    Type.Object({
      member: Type.String(),
      size: Type.Integer({ description: 'Entries of that member’s log which standing rests on.' }),
      settledSize: Type.Integer({ description: 'Those of them that have all taken effect: witnesses have seen them.' }),
    }),
  ),
  sha256: Type.String({
    description: 'In hex. Two nodes with the same sizes, settled and of governance too, have the same digest.',
  }),
});

/** What makes consistency a claim that can be checked: the same sizes of the logs give the same standing everywhere. */
export function standingRoutes({
  standingDigest,
}: Pick<MemberApiDependencies, 'standingDigest'>): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get('/standing-digest', {
      config: { action: 'standing.digest' },
      schema: describe(
        'supervisors',
        'A digest of all standing, and the sizes of the logs it rests on',
        200,
        StandingDigest,
      ),
      handler: () => standingDigest(),
    });
  };
}
