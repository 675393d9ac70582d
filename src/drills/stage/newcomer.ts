import { cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { orThrow } from '../../base/fault.ts';
import type { Line, Narrator } from '../../demo/story/narrator.ts';
import { type Change, type MemberFields, TAG_KEY_NUMBER } from '../../governance/change.ts';
import { type GovernedConsortium, sharedKeyOf } from '../../governance/governed.ts';
import { parseIntroduction } from '../../governance/introduction.ts';
import { dataFolder } from '../../node/data-folder.ts';
import { openWrap, readSealingKeys } from '../../node/member-keys.ts';
import { wrapsFor } from '../../sealing/shared-key.ts';
import type { MemberName } from '../../identifiers/member-name.ts';
import { REGISTER } from './consortium.ts';
import { decide } from './council.ts';
import { bongsu } from './program.ts';
import type { Stage } from './stage.ts';
import { DrillError } from './until.ts';

/**
 * Takes a newcomer in as the consortium takes in anybody: it introduces itself, the members admit it and grant it the tag
 * key and the epoch's, and it is handed the genesis checkpoint.
 */
export async function admit(
  stage: Stage,
  { name, step, signers }: { name: string; step: string; signers: readonly [string, ...string[]] },
  narrator: Narrator,
): Promise<Line[]> {
  const member = await introduced(stage, name);
  const lines = [
    await decide(
      stage,
      { step, signers, text: `${name} is admitted`, make: () => ({ kind: 'member.admitted', member }) },
      narrator,
    ),
  ];
  for (const [number, text] of [
    [TAG_KEY_NUMBER, 'it is given the tag key'],
    [1, 'it is given the key of epoch 1'],
  ] as const) {
    const make = (consortium: GovernedConsortium): Promise<Change> =>
      granted(consortium, { number, member, from: signers[0], root: stage.folder(signers[0]) });
    lines.push(await decide(stage, { step, signers, text, make }, narrator));
  }
  await cp(dataFolder(stage.folder(REGISTER)).genesis, dataFolder(stage.folder(name)).genesis);
  return lines;
}

async function introduced(stage: Stage, name: string): Promise<MemberFields> {
  const [data, url] = [stage.folder(name), `http://${stage.authority(name)}`];
  const paper = join(data, 'introduction.note');
  const about = ['--name', name, '--domain', `${name}.example`, '--url', url, '--roles', 'operator'];
  const { exitCode, errors } = await bongsu('consortium', 'introduce', '--data', data, ...about, '--out', paper);
  if (exitCode !== 0) throw new DrillError({ code: 'DRILL_REFUSED', member: name, status: exitCode, reason: errors });
  return orThrow(parseIntroduction(await readFile(paper)));
}

/** Whoever proposes it opens its own wrap of the key, and wraps it for the newcomer. */
async function granted(
  consortium: GovernedConsortium,
  { number, member, from, root }: { number: number; member: MemberFields; from: string; root: string },
): Promise<Change> {
  const wrapped = sharedKeyOf(consortium, number)!.wraps.get(from)!;
  const wraps = await wrapsFor(await openWrap(wrapped, await readSealingKeys(root)), [member]);
  return { kind: 'epoch.granted', number, wraps: wraps as ReadonlyMap<MemberName, string> };
}
