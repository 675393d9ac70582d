import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../base/clock.ts';
import { silentLog } from '../../base/log.ts';
import { Archive } from '../../records/archive/archive.ts';
import { findPaymentCells, findUnknownCells, type Span } from '../../records/archive/cell-evidence.ts';
import { findExposed } from '../../records/archive/exposure.ts';
import { readMapping } from '../../records/archive/mapping.ts';
import { explainAway, plainCharges } from '../../watchers/cells/explain-away.ts';
import { inventoryFindings } from '../../watchers/cells/inventory-rule.ts';
import { generateWorld } from './generate.ts';
import { DAY_MS } from './network.ts';
import { SeededRandom } from './random.ts';
import { ILLEGAL, type World, type WorldOptions } from './world.ts';
import { writeWorld } from './world-files.ts';

const ARCHIVE = { threads: 2, memoryMbMax: 512, feedFilesMax: 24 };
const INVENTORY_LAG_HOURS = 48;
const WINDOW_MS = 30 * 60_000;

/** How one rule did on one world, against the truth. */
export interface RuleScore {
  readonly rule: string;
  /** Illegal cells that the rule could have named: all, or those with fraud. */
  readonly illegal: number;
  readonly found: number;
  /** Honest cells accused, and what each of them is. */
  readonly falsePositives: readonly string[];
  /** Of the disputed payments' lines, how many had told by then. */
  readonly victimsKnown?: number;
}

export interface Rehearsal {
  readonly seed: number;
  readonly cells: number;
  readonly attaches: number;
  readonly payments: number;
  readonly rules: readonly RuleScore[];
  /** People on illegal cells in their nights, and how many of them the exposure search found once these were distrusted. */
  readonly exposed: { readonly truth: number; readonly found: number; readonly wrongly: number };
}

/** Makes a world, imports it, lets every rule look, and holds what they say against the truth. */
export async function rehearse(options: Partial<WorldOptions> & Pick<WorldOptions, 'seed'>): Promise<Rehearsal> {
  const world = generateWorld(options);
  const folder = await mkdtemp(join(tmpdir(), 'bongsu-rehearsal-'));
  const archive = await Archive.open(join(folder, 'archive'), ARCHIVE, { clock: systemClock, log: silentLog });
  try {
    const { files } = await writeWorld(world, join(folder, 'world'));
    for (const { mapping, ...request } of files) {
      await archive.import({ ...request, mapping: await readMapping(mapping, request.kind) });
    }
    const { cells, attaches, payments } = world;
    return {
      seed: options.seed,
      cells: cells.length,
      attaches: attaches.length,
      payments: payments.length,
      rules: [...(await scoreInventory(archive, world)), ...(await scoreVictims(archive, world))],
      exposed: await scoreExposure(archive, world),
    };
  } finally {
    await archive.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function scoreInventory(archive: Archive, world: World): Promise<RuleScore[]> {
  const { cells } = await findUnknownCells(archive, spanOf(world));
  const findings = inventoryFindings(cells, { asOfMs: world.options.endMs, lagHours: INVENTORY_LAG_HOURS });
  const high = findings.filter(({ confidence }) => confidence === 'high');
  return [
    score(world, 'not in inventory, high confidence', high, isIllegal),
    score(world, 'not in inventory, any confidence', findings, isIllegal),
  ];
}

/** Complaints come late and partly: so with a few, with more, and with all of them. */
async function scoreVictims(archive: Archive, world: World): Promise<RuleScore[]> {
  const random = new SeededRandom(world.options.seed);
  const disputed = world.payments.filter((payment) => payment.disputed);
  const lines = random.sample([...new Set(disputed.map(({ msisdn }) => msisdn))], Infinity);
  const scores = [];
  for (const known of [5, 10, lines.length]) {
    const told = lines.slice(0, known);
    const payments = disputed.filter(({ msisdn }) => told.includes(msisdn)).map(({ payment }) => payment);
    const span = { ...spanOf(world), disputed: payments };
    const wide = await findPaymentCells(archive, { ...span, windowMs: world.options.days * DAY_MS });
    const short = await findPaymentCells(archive, { ...span, windowMs: WINDOW_MS });
    const charges = [
      ['victims, whole time, plain enrichment', plainCharges(wide)],
      ['victims, whole time, explained away', explainAway(wide)],
      ['victims, short window, plain enrichment', plainCharges(short)],
      ['victims, short window, explained away', explainAway(short)],
    ] as const;
    for (const [rule, accused] of charges) {
      scores.push({ ...score(world, rule, accused, isFraudulent), victimsKnown: told.length });
    }
  }
  return scores;
}

async function scoreExposure(archive: Archive, { cells, attaches }: World): Promise<Rehearsal['exposed']> {
  const windows = cells
    .filter(({ truth }) => ILLEGAL.includes(truth))
    .map(({ cell, activeMs }) => ({ cell, fromMs: activeMs![0], toMs: activeMs![1] }));
  const truth = new Set(
    attaches
      .filter(({ cell, atMs }) => windows.some((of) => of.cell === cell && of.fromMs <= atMs && atMs < of.toMs))
      .map(({ imsi }) => imsi),
  );
  const exposed = await findExposed(archive, windows);
  const found = exposed.filter(({ imsi }) => truth.has(imsi)).length;
  return { truth: truth.size, found, wrongly: exposed.length - found };
}

function score(
  world: World,
  rule: string,
  accused: readonly { readonly cell: string }[],
  isMeant: (cell: string, world: World) => boolean,
): RuleScore {
  const all = new Set(world.cells.map(({ cell }) => cell));
  const illegal = [...all].filter((cell) => isMeant(cell, world));
  const falsePositives = accused
    .filter(({ cell }) => !isIllegal(cell, world))
    .map(({ cell }) => world.cells.find((known) => known.cell === cell)!.truth);
  const found = illegal.filter((cell) => accused.some((charge) => charge.cell === cell)).length;
  return { rule, illegal: illegal.length, found, falsePositives };
}

function isIllegal(cell: string, { cells }: World): boolean {
  return cells.some((known) => known.cell === cell && ILLEGAL.includes(known.truth));
}

function isFraudulent(cell: string, { cells }: World): boolean {
  return cells.some((known) => known.cell === cell && known.fraud === true);
}

function spanOf({ options: { endMs, days } }: World): Span {
  return { sinceMs: endMs - (days + 1) * DAY_MS, untilMs: endMs };
}
