import { randomUUID } from 'node:crypto';
import { Fault } from '../base/fault.ts';
import type { Line, Narrator } from '../demo/story/narrator.ts';
import { decodeBundle, encodeBundle } from '../ledger/bundle.ts';
import { HASH_SIZE } from '../ledger/layout.ts';
import type { Drill, Setting } from './drill.ts';
import { OPERATORS, REGISTER } from './stage/consortium.ts';
import { answeredNow, IN_TIME, stateAndRefuse } from './stage/gates.ts';
import { levelLine } from './stage/level.ts';
import { Phones } from './stage/phones.ts';
import { choose, type Random } from '../base/seeded-random.ts';
import { Stage } from './stage/stage.ts';
import { until } from './stage/until.ts';
import type { Behaviour } from './stage/uplink.ts';

const TREE = /^\/log\/tile\//;
const ENTRIES = /^\/log\/tile\/entries\//;

export const GARBAGE: Drill = {
  name: 'garbage',
  proves: `a member that serves wrong octets is not believed, what another member states meanwhile is refused ${IN_TIME}, and it is heard again once it serves right ones`,
  steps: {
    before: 'A phone is stated by the member that will go wrong',
    flipped: 'It serves its tiles with one bit flipped',
    truncated: 'It serves its tiles cut short',
    other: 'It serves other entries than it has signed',
    older: 'It serves an older checkpoint',
    noise: 'It serves noise for its checkpoint',
    after: 'It serves what it has signed again',
  },
  cast: (isShort) => ({ operators: OPERATORS.slice(0, isShort ? 2 : 4), hasRegulator: !isShort }),
  play,
};

/** What a member may serve instead, and what its followers say to that. */
interface Garbage {
  readonly step: string;
  readonly fault: string;
  readonly spoil: (path: string, octets: Buffer) => Buffer;
}

function garbage(random: Random, olderCheckpoint: Buffer): Garbage[] {
  const inTree = (spoil: (octets: Buffer, path: string) => Buffer) => (path: string, octets: Buffer) =>
    TREE.test(path) ? spoil(octets, path) : octets;
  const atCheckpoint = (spoil: () => Buffer) => (path: string, octets: Buffer) =>
    path === '/log/checkpoint' ? spoil() : octets;
  return [
    { step: 'flipped', fault: 'FOLLOW_GARBAGE', spoil: inTree((octets) => flipOne(octets, random)) },
    { step: 'truncated', fault: 'FOLLOW_GARBAGE', spoil: inTree((octets) => octets.subarray(0, octets.length - 1)) },
    {
      step: 'other',
      fault: 'FOLLOW_GARBAGE',
      spoil: inTree((octets, path) => (ENTRIES.test(path) ? othersOf(octets) : octets)),
    },
    { step: 'older', fault: 'FOLLOW_SHRUNK', spoil: atCheckpoint(() => olderCheckpoint) },
    { step: 'noise', fault: 'FOLLOW_GARBAGE', spoil: atCheckpoint(() => noise(random)) },
  ];
}

async function play({ cast, folder, random, clock, stops }: Setting, narrator: Narrator): Promise<void> {
  const [wrong = '', ...others] = cast.operators;
  const stage = await Stage.layOut({ folder, ...cast, hasUplinks: true }, { clock });
  stops.add(stage, (part) => part.close());
  const phones = new Phones(random);
  await stage.startAll();
  const older = await checkpointOf(stage, wrong);
  const known = phones.next();
  narrator.say(...(await stateAndRefuse(stage, wrong, others, known, { step: 'before', narrator })));
  for (const { step, fault, spoil } of garbage(random, older)) {
    serve(stage, wrong, { kind: 'spoiled', spoil });
    const hidden = phones.next();
    await stage.desk(wrong).stateUntilAnswered(hidden, randomUUID());
    narrator.say(await toldBy(stage, choose(others, random), { of: wrong, fault, step }, narrator));
    narrator.say(
      ...(await answeredNow(
        stage,
        others,
        { imei: known, wanted: 'blocked', text: 'what it said before holds' },
        { step, narrator },
      )),
      ...(await answeredNow(
        stage,
        others,
        { imei: hidden, wanted: 'allowed', text: 'what it serves now does not' },
        { step, narrator },
      )),
      ...(await stateAndRefuse(stage, REGISTER, others, phones.next(), { step, narrator })),
    );
    serve(stage, wrong, { kind: 'through' });
    const text = 'well again, and what it stated meanwhile came';
    narrator.say(await levelLine(stage, { step, text }, narrator));
  }
  narrator.say(...(await stateAndRefuse(stage, wrong, others, phones.next(), { step: 'after', narrator })));
}

/** What everybody gets who asks this member for its log. */
export function serve(stage: Stage, member: string, behaviour: Behaviour): void {
  for (const reader of stage.names) {
    if (reader !== member) stage.uplink(reader).towards(stage.authority(member), behaviour);
  }
}

/** Waits until a follower says what is wrong with a log. */
async function toldBy(
  stage: Stage,
  reader: string,
  { of, fault, step }: { of: string; fault: string; step: string },
  narrator: Narrator,
): Promise<Line> {
  // At first it may say that the connection broke, as it did.
  const ask = async (): Promise<true | undefined> => {
    const health = await stage.desk(reader).health();
    return health?.logs.find(({ name }) => name === of)?.fault === fault || undefined;
  };
  const { afterMs } = await until(`${fault} at ${reader} about ${of}`, ask, { clock: narrator.clock });
  return { step, member: reader, status: 'refused', afterMs, text: `says of ${of}: ${fault}` };
}

async function checkpointOf(stage: Stage, member: string): Promise<Buffer> {
  const answer = await fetch(`http://${stage.authority(member)}/log/checkpoint`);
  return Buffer.from(await answer.arrayBuffer());
}

function flipOne(octets: Buffer, random: Random): Buffer {
  const flipped = Buffer.from(octets);
  // What a follower has already it does not look at again: the last hash, or the end of the last entry, is news to it.
  flipped[flipped.length - 1 - Math.floor(random() * HASH_SIZE)]! ^= 1 << Math.floor(random() * 8);
  return flipped;
}

/** The same entries the other way round: each is whole and genuine, and this is not what was signed. */
function othersOf(octets: Buffer): Buffer {
  const entries = decodeBundle(octets);
  if (entries instanceof Fault) return octets;
  return encodeBundle(entries.toReversed());
}

function noise(random: Random): Buffer {
  return Buffer.from(Array.from({ length: 200 }, () => Math.floor(random() * 256)));
}
