import { randomUUID } from 'node:crypto';
import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Line, Narrator } from '../demo/story/narrator.ts';
import { dataFolder } from '../node/data-folder.ts';
import type { Drill, Setting } from './drill.ts';
import { OPERATORS, REGISTER, REGULATOR } from './stage/consortium.ts';
import { answeredNow, stateAndRefuse } from './stage/gates.ts';
import { levelLine, untilLevel } from './stage/level.ts';
import { Phones } from './stage/phones.ts';
import { bongsu } from './stage/program.ts';
import { Stage } from './stage/stage.ts';
import { until } from './stage/until.ts';

export const ROLLBACK: Drill = {
  name: 'rollback',
  proves: 'a node that was restored from an old copy does not sign a second history',
  steps: {
    copy: 'A copy is made of all that a member keeps, and then it states another phone',
    log: 'Its log comes back from the copy; what it signed last was kept, as it should be',
    lost: 'Its log and its keys come back from the copy; what it signed last is lost',
    whole: 'The whole folder comes back from the copy, and with it the memory of what was signed',
    one: 'One other member is enough to tell it so',
    restore: 'bongsu ledger restore brings it level from another member, and it states again',
    alone: 'Nobody can be asked: the copy does not start, for its files are others; what never moved goes on blocking',
    left: 'What is left: nobody can be asked, and the disk itself went back, as by a snapshot. It signs; the others prove it',
  },
  cast: () => ({ operators: [HOME, OTHER] }),
  play,
};

const [HOME, OTHER] = OPERATORS;

async function play({ cast, folder, random, clock, stops }: Setting, narrator: Narrator): Promise<void> {
  const stage = await Stage.layOut({ folder, ...cast }, { clock });
  stops.add(stage, (part) => part.close());
  const copy = join(folder, 'copy');
  const phones = new Phones(random);
  const back = dataFolder(stage.folder(HOME));
  await stage.startAll();
  narrator.say(...(await stateAndRefuse(stage, HOME, [HOME, OTHER], phones.next(), { step: 'copy', narrator })));
  await stage.stop(HOME);
  await cp(back.root, copy, { recursive: true });
  await stage.start(HOME);
  narrator.say(...(await stateAndRefuse(stage, HOME, [HOME, OTHER], phones.next(), { step: 'copy', narrator })));
  await untilLevel(stage, { clock });
  await stage.stop(HOME);

  const now = join(folder, 'now');
  await cp(back.root, now, { recursive: true });
  await bring(copy, back.root);
  await bring(join(now, 'signing'), back.signing);
  narrator.say(await refused(stage, 'log', 'LEDGER_BEHIND_SIGNED_STATE', narrator));
  await rm(back.signing, { recursive: true });
  narrator.say(await refused(stage, 'lost', 'LEDGER_SIGNING_STATE_MISSING', narrator));
  await bring(copy, back.root);
  narrator.say(await refused(stage, 'whole', 'LEDGER_BEHIND_MIRROR', narrator));
  await Promise.all([stage.stop(OTHER), stage.stop(REGISTER)]);
  narrator.say(await refused(stage, 'one', 'LEDGER_BEHIND_MIRROR', narrator));

  const elapsedMs = narrator.startWatch();
  const from = `http://${stage.authority(REGULATOR)}/mirrors/${HOME}`;
  const { exitCode, output, errors } = await bongsu('ledger', 'restore', back.root, '--from', from);
  const said = exitCode === 0 ? output.trim().replaceAll(/\s*\n\s*/g, ', ') : errors.trim();
  const restored = { step: 'restore', member: HOME, status: 'restored', held: exitCode === 0, afterMs: elapsedMs() };
  narrator.say({ ...restored, text: `from the copy that ${REGULATOR} keeps: ${said}` });
  const snapshot = join(folder, 'snapshot');
  await cp(back.root, snapshot, { recursive: true });
  await Promise.all([HOME, OTHER, REGISTER].map((name) => stage.start(name)));
  const level = await levelLine(stage, { step: 'restore', text: 'all the same' }, narrator);
  narrator.say({ ...level, afterMs: elapsedMs() });
  const known = phones.next();
  narrator.say(...(await stateAndRefuse(stage, HOME, [HOME, OTHER], known, { step: 'restore', narrator })));
  const { sizes } = await untilLevel(stage, { clock });
  await startAlone(stage, { copy, imei: phones.next() }, narrator);
  await forkAlone(stage, { snapshot, known, signedSize: sizes.get(HOME)!, phones }, narrator);
}

/** Away from all others the files tell a copy from what was never moved. */
async function startAlone(
  stage: Stage,
  { copy, imei }: { copy: string; imei: string },
  narrator: Narrator,
): Promise<void> {
  const step = 'alone';
  const root = stage.folder(HOME);
  const aside = `${root}-aside`;
  await Promise.all(stage.awake.map((name) => stage.stop(name)));
  await rename(root, aside);
  await cp(copy, root, { recursive: true });
  narrator.say(await refused(stage, step, 'LEDGER_MOVED_ALONE', narrator));
  await rm(root, { recursive: true });
  await rename(aside, root);
  const elapsedMs = narrator.startWatch();
  await stage.start(HOME);
  const text = 'on its own disk it starts, though nobody answers';
  narrator.say({ step, member: HOME, status: 'started', afterMs: elapsedMs(), text });
  narrator.say(...(await stateAndRefuse(stage, HOME, [HOME], imei, { step, narrator })));
}

/** What nobody can prevent whose disk went back, the memory of signing with the rest, and who has nobody to ask. */
async function forkAlone(
  stage: Stage,
  { snapshot, known, signedSize, phones }: { snapshot: string; known: string; signedSize: number; phones: Phones },
  narrator: Narrator,
): Promise<void> {
  const step = 'left';
  await stage.stop(HOME);
  await overwrite(snapshot, stage.folder(HOME));
  await stage.start(HOME);
  const hidden = phones.next();
  narrator.say(...(await stateAndRefuse(stage, HOME, [HOME], hidden, { step, narrator })));
  for (let size = 0; size <= signedSize;) {
    size = (await stage.desk(HOME).stateUntilAnswered(phones.next(), randomUUID())).index + 1;
  }
  await Promise.all([OTHER, REGISTER, REGULATOR].map((name) => stage.start(name)));
  const ask = async (): Promise<string | undefined> => {
    const health = await stage.desk(OTHER).health();
    const fault = health?.logs.find(({ name }) => name === HOME)?.fault;
    return fault === 'FOLLOW_FORKED' ? fault : undefined;
  };
  const { answer, afterMs } = await until(`${OTHER}'s word about the fork`, ask, narrator);
  narrator.say({ step, member: OTHER, status: 'refused', afterMs, text: `says of ${HOME}: ${answer}` });
  for (const question of [
    { imei: known, wanted: 'blocked', text: 'what it signed at first holds' },
    { imei: hidden, wanted: 'allowed', text: 'the second history does not' },
  ]) {
    narrator.say(...(await answeredNow(stage, [OTHER], question, { step, narrator })));
  }
  await stage.stop(HOME);
  narrator.say(await refused(stage, step, 'LEDGER_CONTRADICTS_MIRROR', narrator));
}

/** Puts a folder back as it was. */
async function bring(from: string, to: string): Promise<void> {
  await rm(to, { recursive: true, force: true });
  await cp(from, to, { recursive: true });
}

/** Puts the octets back into the very files that they came from, as a snapshot of the disk does. */
async function overwrite(from: string, to: string): Promise<void> {
  for (const entry of await readdir(from, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name);
    const place = join(to, relative(from, file));
    if (entry.isDirectory()) await mkdir(place, { recursive: true });
    else await writeFile(place, await readFile(file));
  }
}

/** Tries to start the member's node. It held if that was refused for this reason. */
async function refused(stage: Stage, step: string, wanted: string, narrator: Narrator): Promise<Line> {
  const elapsedMs = narrator.startWatch();
  const code = await stage.refusal(HOME);
  const held = code === wanted;
  const text = code === undefined ? `started, where ${wanted} was wanted` : `does not start: ${code}`;
  return { step, member: HOME, status: held ? 'refused' : 'broken', held, afterMs: elapsedMs(), text };
}
