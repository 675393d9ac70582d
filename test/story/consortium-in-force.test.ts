import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { systemClock } from '../../src/base/clock.ts';
import { orThrow } from '../../src/base/fault.ts';
import { parseCheckpoint, signCheckpoint } from '../../src/ledger/checkpoint.ts';
import { cosigner, readWitnessKey } from '../../src/ledger/cosignature.ts';
import { parseNote } from '../../src/ledger/note.ts';
import { readSigningKey } from '../../src/ledger/note-key.ts';
import { dataFolder } from '../../src/node/data-folder.ts';
import { layOutOperators } from '../support/consortium.ts';
import { ConsortiumCommands, type Shown } from '../support/consortium-commands.ts';

describe('what is decided and not in force yet', { timeout: 60_000 }, () => {
  let laidOut: Awaited<ReturnType<typeof layOutOperators>>;
  let commands: ConsortiumCommands;
  before(async () => {
    laidOut = await layOutOperators(['one', 'two', 'three']);
    commands = new ConsortiumCommands({ folder: laidOut.folder, keeper: 'one' });
  });
  after(async () => {
    commands.close();
    await laidOut.remove();
  });

  const folderOf = (name: string): ReturnType<typeof dataFolder> => dataFolder(join(laidOut.folder, name));
  const show = (...words: string[]): Promise<string> => {
    const { root, governanceLog, genesis } = folderOf('one');
    return commands.run('show', '--data', root, '--governance', governanceLog, '--genesis', genesis, ...words);
  };
  /** What a node gathers for the newest checkpoint. */
  const cosign = async (...witnesses: string[]): Promise<void> => {
    const { governanceLog, governanceLogKey } = folderOf('one');
    const note = orThrow(parseNote(await readFile(join(governanceLog, 'checkpoint'))));
    const keys = await Promise.all(witnesses.map((name) => readWitnessKey(folderOf(name).witnessKey)));
    const signers = [await readSigningKey(governanceLogKey), ...keys.map((key) => cosigner(key, systemClock))];
    const witnessed = signCheckpoint(orThrow(parseCheckpoint(note.text)), signers);
    await writeFile(join(governanceLog, 'checkpoint.witnessed'), witnessed);
  };

  it('is marked by `consortium show`, which says whose cosignatures it waits for', async () => {
    assert.doesNotMatch(await show(), /no quorum|not in force/, 'the founding needs no witness');
    await commands.decide(['one', 'two'], 'roles', 'two', 'operator', 'hub');
    assert.match(await show(), /\nno quorum of witnesses is found beside this copy: it cannot say/);
    await cosign('two', 'three');
    assert.doesNotMatch(await show(), /no quorum|in force yet/);
    await commands.decide(['one', 'two'], 'remove', 'three', '--log-size', '0');
    const text = await show();
    assert.match(text, /\nnot in force yet: entry 2, until cosigned by 1 of two; or by 2 of two, three\n/);
    assert.match(text, /\nthree +removed, not all in force yet +operator/);
    assert.match(text, /\n2 +not in force yet: Remove three/);
    assert.doesNotMatch(text, /\n1 +not in force/);
    assert.doesNotMatch(text, /\ntwo +active, not/);
    const { size, inForceSize, waitingFor } = JSON.parse(await show('--json')) as Shown;
    assert.deepEqual([size, inForceSize], [3, 2]);
    assert.deepEqual(waitingFor, [
      { witnesses: ['two'], threshold: 1 },
      { witnesses: ['two', 'three'], threshold: 2 },
    ]);
  });

  it('is in force once one of these quorums has cosigned it', async () => {
    await cosign('two');
    assert.doesNotMatch(await show(), /no quorum|in force yet/);
    const { size, inForceSize, waitingFor } = JSON.parse(await show('--json')) as Shown;
    assert.deepEqual([size, inForceSize, waitingFor], [3, 3, []]);
  });
});
