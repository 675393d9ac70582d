import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { CatchUp } from '../base/catch-up.ts';
import { Fault } from '../base/fault.ts';
import { isActive, type Member, MEMBERS_MAX } from '../governance/consortium.ts';
import type { GovernedConsortium } from '../governance/governed.ts';
import { PeerConnections } from '../peers/peer-connections.ts';
import { memberOf, peerServerOptions } from '../peers/peer-server.ts';
import { createPeerApi } from '../portals/peers/peer-api.ts';
import type { Surroundings } from './surroundings.ts';

export type PeersFault =
  | { code: 'NODE_CERTIFICATE_MISSING'; member: string }
  | { code: 'NODE_CERTIFICATE_NOT_BOUND'; member: string; fingerprint: string };
export class PeersError extends Fault<PeersFault> {}

interface Served {
  /** What members ask of each other besides logs and hints. */
  readonly routes: readonly FastifyPluginAsyncTypebox[];
  /** Calls the listener with the log's size at each new checkpoint. @returns how to stop that */
  readonly subscribe: (listener: (size: number) => void) => () => void;
}

/** Refuses a listener on which no member would believe this one. @throws PeersError */
export function requireCertificate({ config, identity, self }: Surroundings): void {
  if (config.peers === undefined) return;
  const { name: member, certificates } = self;
  if (identity.current === undefined) throw new PeersError({ code: 'NODE_CERTIFICATE_MISSING', member });
  const { fingerprint } = identity.current;
  if (certificates.includes(fingerprint)) return;
  throw new PeersError({ code: 'NODE_CERTIFICATE_NOT_BOUND', member, fingerprint });
}

/** Opens the listener for members. @returns its address; undefined where members are served on the API's port */
export async function openPeerListener(surroundings: Surroundings, served: Served): Promise<string | undefined> {
  const { config, folder, governance, identity, log, stops } = surroundings;
  if (config.peers === undefined) {
    log.warn({}, 'members are served over plain HTTP on the port of the API: good for a trial on one machine only');
    return undefined;
  }
  const memberAt = (socket: object): string | undefined => memberOf(socket, activeIn(governance.consortium));
  const app = await createPeerApi(
    {
      server: peerServerOptions(identity.current!),
      logFolder: folder.log,
      mirrorsFolder: folder.mirrors,
      routes: served.routes,
    },
    { memberOf: memberAt, membersMax: MEMBERS_MAX, subscribe: served.subscribe, log },
  );
  const connections = new PeerConnections(app.server, memberAt);
  stops.add(app, (part) => part.close());
  keepCertificate(surroundings, {
    onBound: () => connections.endStrangers(),
    onExchanged: () => app.server.setSecureContext(peerServerOptions(identity.current!)),
  });
  const { host, port } = config.peers;
  return app.listen({ host, port });
}

/** A member that has no listener calls the others all the same, and exchanges its certificate like one that has. */
export function keepCallersCertificate(surroundings: Surroundings): void {
  if (surroundings.config.peers === undefined) keepCertificate(surroundings, {});
}

interface Listening {
  /** Called when governance binds other certificates than before, or other members are active. */
  readonly onBound?: () => void;
  /** Called when this node has another certificate. */
  readonly onExchanged?: () => void;
}

/**
 * Goes with the certificates that governance binds. The next one of this member is taken up some time after it came into
 * force here, as the other members may hear of it later; at once where the one in use is bound no longer.
 */
function keepCertificate(
  { config, governance, identity, peers, self, log, stops }: Surroundings,
  { onBound, onExchanged }: Listening,
): void {
  let timer: NodeJS.Timeout | undefined;
  let isDue = false;
  let boundBefore = boundIn(governance.consortium);
  const look = async (): Promise<void> => {
    const { certificates } = governance.member(self.name)!;
    const next = await identity.next(certificates);
    if (next === undefined) return;
    const isBound = identity.current !== undefined && certificates.includes(identity.current.fingerprint);
    if (isBound && !isDue) {
      timer ??= setTimeout(fallDue, config.certificate.adoptAfterSeconds * 1_000).unref();
      return;
    }
    await identity.adopt(next);
    clearTimeout(timer);
    [timer, isDue] = [undefined, false];
    onExchanged?.();
    void peers.renew();
    log.info({ fingerprint: next.fingerprint }, 'this node shows its next certificate');
  };
  const looking = new CatchUp(look, (error) =>
    log.error({ reason: String(error) }, 'the next certificate was not taken up'),
  );
  const fallDue = (): void => {
    isDue = true;
    void looking.run();
  };
  const onChange = (consortium: GovernedConsortium): void => {
    const bound = boundIn(consortium);
    if (bound !== boundBefore) {
      boundBefore = bound;
      onBound?.();
      void peers.renew();
    }
    void looking.run();
  };
  stops.add(governance.onChanged(onChange), async (unsubscribe) => {
    unsubscribe();
    clearTimeout(timer);
    await looking.close();
  });
  void looking.run();
}

/** Who may call: asked at every request, so the list is kept for as long as the consortium is the same. */
const active = new WeakMap<GovernedConsortium, readonly Member[]>();

function activeIn(consortium: GovernedConsortium): readonly Member[] {
  const known = active.get(consortium) ?? consortium.members.filter(isActive);
  active.set(consortium, known);
  return known;
}

function boundIn(consortium: GovernedConsortium): string {
  return activeIn(consortium)
    .map(({ name, url, certificates }) => `${name} ${url} ${certificates.join(',')}`)
    .join('\n');
}
