import { decode, encode, rfc8949EncodeOptions } from 'cborg';
import type { DeviceTarget } from '../identifiers/device-target.ts';
import { BudgetMeter } from './budget.ts';
import type { Marks, MarksState } from './marks.ts';
import type { MemberFold } from './member-fold.ts';
import type { EarlierIndex, Restated, RestatedStatement } from './restated.ts';
import { readTarget, TARGET_SIZE, writeTarget } from './target-bytes.ts';
import type { WaitingPermit } from './waiting.ts';

/** Octets of one charge, and of a restatement before its earlier indexes. */
const CHARGE_SIZE = 16;
const RESTATED_SIZE = 4 + TARGET_SIZE + 1;
const LINK_SIZE = 8;
const WAS_HELD = 2 ** 31;

/** What the fold keeps besides the tables, as CBOR. docs/standing-snapshot.md describes it. */
interface Rest {
  readonly marks: MarksState;
  /** By member number. */
  readonly members: readonly RestOfMember[];
}

interface RestOfMember {
  readonly waiting: readonly WaitingPermit[];
  readonly timeMs: number;
  readonly anchorMs: number;
  readonly ownLog: readonly [size: number, root: Uint8Array, brokenAt: number | null];
  readonly days: readonly (readonly [day: number, devices: number])[];
  readonly charges: Uint8Array;
  readonly restated: Uint8Array;
  readonly pairings: Uint8Array;
  readonly links: Uint8Array;
}

export interface FoldedRest {
  readonly members: readonly MemberFold[];
  readonly marks: Marks;
}

/** The bytes depend on what they hold alone. */
export function restBytes({ members, marks }: FoldedRest): Uint8Array {
  const rest: Rest = { marks: marks.state(), members: members.map(restOfMember) };
  return encode(rest, rfc8949EncodeOptions);
}

/** Fills what is empty. @param bytes as `restBytes` wrote them */
export function loadRest(bytes: Uint8Array, { members, marks }: FoldedRest): void {
  const rest = decode(bytes) as Rest;
  marks.load(rest.marks);
  for (const [
    number,
    { waiting, timeMs, anchorMs, ownLog, days, charges, restated, pairings, links },
  ] of rest.members.entries()) {
    const member = members[number]!;
    for (const permit of waiting) member.waiting.add(permit);
    const [size, root, brokenAt] = ownLog;
    member.ownLog.head = { size, root: Buffer.from(root) };
    member.ownLog.brokenAt = brokenAt ?? undefined;
    member.meter = BudgetMeter.from({ timeMs, anchorMs, days, charges: readCharges(Buffer.from(charges)) });
    for (const [index, statement] of readRestated(Buffer.from(restated))) member.restated.load(index, statement);
    for (const [index, statement] of readRestated(Buffer.from(pairings)))
      member.restatedPairings.load(index, statement);
    for (const [from, to] of readLinks(Buffer.from(links))) member.restated.link(from, to);
  }
}

function restOfMember({ waiting, meter, ownLog, restated, restatedPairings }: MemberFold): RestOfMember {
  const { timeMs, anchorMs, days, charges } = meter.state();
  const packed = Buffer.alloc(charges.length * CHARGE_SIZE);
  for (const [number, [atMs, tac, devices]] of charges.entries()) {
    packed.writeDoubleLE(atMs, number * CHARGE_SIZE);
    packed.writeInt32LE(tac, number * CHARGE_SIZE + 8);
    packed.writeUInt32LE(devices, number * CHARGE_SIZE + 12);
  }
  return {
    waiting: waiting.all(),
    timeMs,
    anchorMs,
    ownLog: [ownLog.head.size, plain(ownLog.head.root), ownLog.brokenAt ?? null],
    days,
    charges: plain(packed),
    restated: plain(allRestatedBytes(restated)),
    pairings: plain(allRestatedBytes(restatedPairings)),
    links: plain(linkBytes([...restated.links()].sort(([one], [other]) => one - other))),
  };
}

function allRestatedBytes(restated: Restated): Buffer {
  const statements = [...restated.all()].sort(([one], [other]) => one - other);
  return Buffer.concat(statements.map(restatedBytes));
}

function readCharges(bytes: Buffer): [atMs: number, tac: number, devices: number][] {
  return Array.from({ length: bytes.length / CHARGE_SIZE }, (_, number) => {
    const at = number * CHARGE_SIZE;
    return [bytes.readDoubleLE(at), bytes.readInt32LE(at + 8), bytes.readUInt32LE(at + 12)];
  });
}

function restatedBytes([index, { target, earlier }]: [number, RestatedStatement]): Buffer {
  const bytes = Buffer.alloc(RESTATED_SIZE + earlier.length * 4);
  bytes.writeUInt32LE(index, 0);
  writeTarget(bytes, 4, target);
  bytes[RESTATED_SIZE - 1] = earlier.length;
  for (const [number, one] of earlier.entries()) {
    bytes.writeUInt32LE(one.index + (one.wasHeld ? WAS_HELD : 0), RESTATED_SIZE + number * 4);
  }
  return bytes;
}

function* readRestated(bytes: Buffer): Generator<[number, RestatedStatement]> {
  for (let at = 0; at < bytes.length;) {
    const target: DeviceTarget = readTarget(bytes, at + 4)!;
    const earlier: EarlierIndex[] = [];
    const end = at + RESTATED_SIZE + bytes[at + RESTATED_SIZE - 1]! * 4;
    for (let one = at + RESTATED_SIZE; one < end; one += 4) {
      const word = bytes.readUInt32LE(one);
      earlier.push({ index: word % WAS_HELD, wasHeld: word >= WAS_HELD });
    }
    yield [bytes.readUInt32LE(at), { target, earlier }];
    at = end;
  }
}

function linkBytes(links: readonly (readonly [number, number])[]): Buffer {
  const bytes = Buffer.alloc(links.length * LINK_SIZE);
  for (const [number, [from, to]] of links.entries()) {
    bytes.writeUInt32LE(from, number * LINK_SIZE);
    bytes.writeUInt32LE(to, number * LINK_SIZE + 4);
  }
  return bytes;
}

function readLinks(bytes: Buffer): [from: number, to: number][] {
  return Array.from({ length: bytes.length / LINK_SIZE }, (_, number) => {
    return [bytes.readUInt32LE(number * LINK_SIZE), bytes.readUInt32LE(number * LINK_SIZE + 4)];
  });
}

function plain(bytes: Buffer): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
}
