import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { ConsortiumCommands, type Shown } from '../support/consortium-commands.ts';

const FOUNDERS = ['hanbit', 'narae'];

describe('members who send each other files by mail, which ends their lines with CR LF', { timeout: 120_000 }, () => {
  const root = mkdtempSync(join(tmpdir(), 'bongsu-mailed-'));
  const commands = new ConsortiumCommands({ folder: root, keeper: 'hanbit' });
  const file = (name: string): string => join(root, name);
  const genesis = file('genesis');
  after(() => {
    commands.close();
    rmSync(root, { recursive: true, force: true });
  });

  it('found a consortium from introductions, papers and a genesis checkpoint as they came', async () => {
    for (const name of FOUNDERS) await introduce(name);
    const founding = file('founding.note');
    const introductions = FOUNDERS.map((name) => mailed(`${name}.introduction`));
    const facts = ['--name', 'korea', '--origin', 'governance.kr.example/log', '--out', founding];
    await commands.run('init', ...introductions, '--data', file('hanbit'), ...facts);
    const unsigned = readFileSync(founding, 'utf8');
    const compare = introductions.flatMap((introduction) => ['--introduction', introduction]);
    for (const name of FOUNDERS) {
      const words = ['--data', file(name), ...compare, '--out', file(`founding.${name}`)];
      await commands.run('sign', mailed('founding.note'), ...words);
    }
    assert.ok(readFileSync(file('founding.narae'), 'utf8').startsWith(unsigned), 'it is signed as it was');
    const copies = FOUNDERS.map((name) => mailed(`founding.${name}`));
    await commands.run('init', '--apply', ...copies, '--data', file('hanbit'), '--out', genesis);
    const place = ['--governance', join(file('hanbit'), 'governance-log'), '--genesis', mailed('genesis')];
    const shown = JSON.parse(await commands.run('show', '--json', ...place)) as Shown;
    assert.deepEqual(shown.decisions[0]!.signedBy, FOUNDERS);
  });

  function introduce(name: string): Promise<string> {
    const address = ['--url', `https://${name}.example`, '--roles', 'operator', '--domain', `${name}.example`];
    const out = ['--out', file(`${name}.introduction`)];
    return commands.run('introduce', '--data', file(name), '--name', name, ...address, ...out);
  }

  /** A copy as mail may have made it. */
  function mailed(name: string): string {
    const copy = file(`${name}.mailed`);
    writeFileSync(copy, readFileSync(file(name), 'utf8').replaceAll('\n', '\r\n'));
    return copy;
  }
});
