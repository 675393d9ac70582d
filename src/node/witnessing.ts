import { randomInt } from 'node:crypto';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { isActive, type Member } from '../governance/consortium.ts';
import { vkeyName } from '../governance/key-book.ts';
import { readWitnessKey, type WitnessSigningKey } from '../ledger/cosignature.ts';
import { failureReason } from '../ledger/failure.ts';
import { CHECKPOINT_PATH } from '../ledger/layout.ts';
import type { LogVerifier } from '../ledger/log-verifier.ts';
import { NOTE_SIZE_MAX } from '../ledger/note.ts';
import { openSource } from '../ledger/tile-source.ts';
import { Witness } from '../ledger/witness.ts';
import { governanceRoutes } from '../portals/governance/governance-routes.ts';
import { equivocationRoutes } from '../portals/witness/equivocation-routes.ts';
import { witnessRoutes } from '../portals/witness/witness-routes.ts';
import { ANSWER_WAIT_MS_MAX, GOVERNANCE_LOG, type NodeAccusations } from './accusations.ts';
import type { Followers } from './followers.ts';
import { memberVerifier } from './opener.ts';
import type { Surroundings } from './surroundings.ts';

/** How often another member is asked what it was shown of the logs that are followed here. */
const COMPARE_INTERVAL_MS = 1_000;
/** Logs that one asking is about; of more, these are drawn. */
const COMPARED_MAX = 16;

/** What members ask of each other besides logs and hints. */
export interface MemberRoutes {
  /** Of use to members alone. */
  readonly closed: readonly FastifyPluginAsyncTypebox[];
  /** The governance log: whoever holds the genesis checkpoint can believe it. */
  readonly open: readonly FastifyPluginAsyncTypebox[];
}

/** Opens this node's witness, and what is served to the other members besides the logs. */
export async function openWitness(
  surroundings: Surroundings,
  { followers, accusations }: { followers: () => Followers | undefined; accusations: NodeAccusations },
): Promise<MemberRoutes> {
  const { config, folder, governance, ownKeys, clock, log, stops } = surroundings;
  const ownerOf = (origin: string): string | undefined =>
    governance.consortium.members.find((member) => originOf(member) === origin)?.name;
  const doubt = async (note: string): Promise<void> => {
    const owner = ownerOf(note.slice(0, note.indexOf('\n')));
    await (owner && followers()?.of(owner)?.compare(Buffer.from(note)));
  };
  const accuse = async (origin: string, proof: string): Promise<void> =>
    void (await accusations.take(ownerOf(origin) ?? GOVERNANCE_LOG, Buffer.from(proof)));
  // A key that nobody counts yet, or no more, harms nobody: so there is always one.
  const witnessKeys = async (): Promise<readonly WitnessSigningKey[]> =>
    ownKeys.witness.length > 0 ? ownKeys.witness : [await readWitnessKey(folder.witnessKey)];
  const witness = await Witness.open(
    { folder: folder.witness, keys: await witnessKeys() },
    {
      clock,
      log,
      keysOf: witnessedLogs(surroundings),
      isConvicted: (origin) => accusations.isConvicted(ownerOf(origin)),
      onProof: (origin, proof) =>
        accuse(origin, proof).catch((error: unknown) =>
          log.error({ origin, reason: failureReason(error) }, 'a proof was not kept'),
        ),
      hasRead: async (origin, head) => origin !== governance.verifier.name || governance.holds(head),
      inForce: (origin) => (origin === governance.verifier.name ? governance.inForce : undefined),
      onDoubt: (note) => void doubt(note).catch((error) => log.warn({ reason: failureReason(error) }, 'a doubt stays')),
    },
  );
  stops.add(witness, (part) => part.close());
  ownKeys.onChanged(() => {
    if (ownKeys.witness.length > 0) witness.exchangeKeys(ownKeys.witness);
  });
  const genesisFile = config.genesis ?? folder.genesis;
  return {
    closed: [witnessRoutes({ witness }), equivocationRoutes({ accusations })],
    open: [
      governanceRoutes({ logFolder: folder.governanceLog, genesisFile }, { take: (note) => governance.take(note) }),
    ],
  };
}

/**
 * Asks other members in turn what they were shown of the logs that are followed here, and holds it against the mirrors:
 * whoever shows two histories is found out by whom he showed them to. And whom they know to be convicted: who was away
 * when a proof was handed on has it a moment after.
 */
export function compareViews(
  surroundings: Surroundings,
  { followers, accusations }: { followers: Followers; accusations: NodeAccusations },
): void {
  const { governance, self, fetch, log, stops } = surroundings;
  const stopping = new AbortController();
  let asking = Promise.resolve();
  const ask = async (): Promise<void> => {
    const others = governance.consortium.members.filter((one) => isActive(one) && one.name !== self.name);
    const nodes = others.filter((one) => !accusations.isStatic(one));
    if (nodes.length === 0) return;
    const asked = nodes[randomInt(nodes.length)]!;
    await accusations.askOf(asked, stopping.signal);
    if (accusations.isStatic(asked)) return;
    for (const { name } of drawn(others.filter((one) => one !== asked))) {
      const place = `${asked.url}/mirrors/${name}`;
      const tree = openSource(place, { timeoutMs: ANSWER_WAIT_MS_MAX, signal: stopping.signal, fetch });
      try {
        const note = await tree.read(CHECKPOINT_PATH, NOTE_SIZE_MAX);
        if (note !== undefined) await followers.of(name)?.compare(note, tree);
      } catch (error) {
        log.debug({ asked: asked.name, of: name, reason: failureReason(error) }, 'a view was not compared');
      }
    }
  };
  let isAsking = false;
  const timer = setInterval(() => {
    if (isAsking) return;
    isAsking = true;
    asking = ask().finally(() => (isAsking = false));
  }, COMPARE_INTERVAL_MS);
  stops.add(timer, async (one) => {
    clearInterval(one);
    stopping.abort();
    await asking;
  });
}

/** Shared logs of the active members, and the governance log. */
function witnessedLogs({ governance, self }: Surroundings): (origin: string) => LogVerifier | undefined {
  const verifiers = new Map<string, LogVerifier>([[governance.verifier.name, governance.verifier]]);
  return (origin) => {
    if (origin === governance.verifier.name) {
      // Who asks has something new, and may be a keeper that is not known yet.
      governance.hint();
      return governance.verifier;
    }
    const member = governance.consortium.members.find((one) => isActive(one) && originOf(one) === origin);
    if (member === undefined || member.name === self.name) return undefined;
    const verifier = verifiers.get(origin) ?? memberVerifier(governance, member.name);
    verifiers.set(origin, verifier);
    return verifier;
  };
}

function drawn(members: readonly Member[]): readonly Member[] {
  if (members.length <= COMPARED_MAX) return members;
  const from = randomInt(members.length);
  return Array.from({ length: COMPARED_MAX }, (_, place) => members[(from + place) % members.length]!);
}

function originOf({ logKeys }: Member): string {
  return vkeyName(logKeys[0]!.vkey);
}
