import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../../src/base/clock.ts';
import { orThrow } from '../../src/base/fault.ts';
import type { MemberFields } from '../../src/governance/change.ts';
import { parseIntroduction } from '../../src/governance/introduction.ts';
import { parseProposal } from '../../src/governance/proposal.ts';
import { withSignature } from '../../src/governance/signed-paper.ts';
import { generateLogKey, readSigningKey } from '../../src/ledger/note-key.ts';
import { dataFolder } from '../../src/node/data-folder.ts';
import { writeRestating } from '../../src/node/restating-file.ts';
import type { Shown } from '../support/consortium-commands.ts';

const PROGRAM = fileURLToPath(new URL('../support/consortium-program.ts', import.meta.url));
const FOUNDERS = ['hanbit', 'narae', 'duru'] as const;
const TIMEOUT_MS = 120_000;
let program: ChildProcess;

describe('three members govern a consortium with files alone', { timeout: TIMEOUT_MS }, () => {
  const root = mkdtempSync(join(tmpdir(), 'bongsu-governed-'));
  const file = (name: string): string => join(root, name);
  const data = (member: string): string => file(member);
  const genesis = file('genesis');
  // What every member reads: the keeper's folder, as any web server would hand it out.
  const place = ['--governance', join(data('hanbit'), 'governance-log'), '--genesis', genesis];
  const as = (member: string): string[] => ['--data', data(member), ...place];
  after(() => {
    program.disconnect();
    rmSync(root, { recursive: true, force: true });
  });

  const introduce = (name: string, out = file(`${name}.introduction`), folder = data(name)): Promise<string> => {
    const address = ['--url', `https://${name}.example`, '--roles', 'operator', '--domain', `${name}.example`];
    return done('introduce', '--data', folder, '--name', name, ...address, '--out', out);
  };
  const show = async (): Promise<Shown> => JSON.parse(await done('show', '--json', ...place)) as Shown;
  const status = (shown: Shown): Record<string, string> =>
    Object.fromEntries(shown.members.map((member) => [member.name, member.status]));
  /** Proposed by the first, signed by all, put into the log by its keeper. */
  const decide = async (signers: readonly string[], ...change: string[]): Promise<string> => {
    const paper = file('proposal.note');
    await done('propose', ...change, ...as(signers[0]!), '--out', paper);
    for (const member of signers) await done('sign', paper, ...as(member));
    return done('apply', paper, ...as('hanbit'));
  };

  before(async () => {
    program = fork(PROGRAM);
    for (const name of FOUNDERS) await introduce(name);
    const founding = file('founding.note');
    const introductions = FOUNDERS.map((name) => file(`${name}.introduction`));
    const facts = ['--name', 'korea', '--origin', 'governance.kr.example/log', '--out', founding];
    await done('init', ...introductions, '--data', data('hanbit'), ...facts);
    // Each signs a copy of its own; putting them together is the keeper's work.
    const copies = FOUNDERS.map((name) => file(`founding.${name}`));
    const check = introductions.flatMap((introduction) => ['--introduction', introduction]);
    for (const [i, name] of FOUNDERS.entries()) {
      await done('sign', founding, '--data', data(name), ...check, '--out', copies[i]!);
    }
    // Somebody else's keys under a founder's name.
    await introduce('narae', file('impostor.introduction'), file('impostor'));
    const swapped = ['--introduction', file('impostor.introduction')];
    const other = await refused('sign', founding, '--data', data('duru'), ...swapped);
    assert.match(other, /^CONSORTIUM_INTRODUCTION_OTHER member=narae\n/);
    // Also in the row of the very founder that signs.
    const [theirs, mine] = [fieldsOf(file('impostor.introduction')), fieldsOf(introductions[1]!)];
    for (const [field, key] of [
      ['logKey', 'log'],
      ['ownLogKey', 'own-log'],
      ['witnessKey', 'witness'],
      ['sealingKey', 'sealing'],
    ] as const) {
      const swappedIn = file('founding.swapped');
      writeFileSync(swappedIn, readFileSync(founding, 'utf8').replace(mine[field], theirs[field]));
      const own = await refused('sign', swappedIn, '--data', data('narae'));
      assert.match(own, new RegExp(`^CONSORTIUM_KEYS_NOT_OURS member=narae key=${key}\n`));
    }
    const otherCertificate = file('founding.certificate');
    const [digest] = mine.certificates;
    writeFileSync(otherCertificate, readFileSync(founding, 'utf8').replace(digest!, 'ab'.repeat(32)));
    const ofCertificate = await refused('sign', otherCertificate, '--data', data('narae'));
    assert.match(ofCertificate, /^CONSORTIUM_KEYS_NOT_OURS member=narae key=certificate\n/);
    const alone = await done('sign', founding, '--look', '--data', data('narae'), ...check.slice(0, 2));
    assert.match(alone, /You sign as narae, at https:\/\/narae\.example\.\nNOT COMPARED: the keys of duru\./);
    assert.doesNotMatch(alone, /NOT COMPARED: the keys of hanbit/);
    assert.doesNotMatch(await done('sign', founding, '--look', '--data', data('narae'), ...check), /NOT COMPARED/);
    for (const key of [mine.logKey, mine.ownLogKey, mine.witnessKey, mine.governanceKey, mine.sealingKey, digest!]) {
      assert.ok(alone.includes(key), 'every key is shown to who signs');
    }
    const altered = file('founding.altered');
    writeFileSync(altered, readFileSync(copies[0]!, 'utf8').replace('"threshold":2', '"threshold":1'));
    assert.match(await refused('sign', altered, '--data', data('duru')), /^GOVERNANCE_SIGNATURE_WRONG member=hanbit\n/);
    const early = await refused('init', '--apply', ...copies.slice(1), '--data', data('hanbit'));
    assert.match(early, /^GOVERNANCE_FOUNDER_UNSIGNED member=hanbit missing=1\n/);
    assert.ok(!existsSync(genesis));
    await done('init', '--apply', ...copies, '--data', data('hanbit'), '--out', genesis);
  });

  it('founded, and verified by anybody from its files', async () => {
    assert.match(
      await done('verify', ...place),
      /^ok: governance\.kr\.example\/log\n +1 entry, kept by hanbit, 0 of them/,
    );
    const broken = await consortium('verify', root, '--json', '--genesis', genesis);
    assert.match(broken.output, /^\{"ok":false,"code":"LOG_FILE_MISSING"/);
    const text = await done('show', ...place);
    const { ownLogKey, sealingKey, certificates } = fieldsOf(file('narae.introduction'));
    for (const line of [`own log: ${ownLogKey}`, `sealing key: ${sealingKey}`, `certificate: ${certificates[0]}`]) {
      assert.ok(text.includes(`narae ${line}\n`), line);
    }
    const shown = await show();
    assert.deepEqual(status(shown), { hanbit: 'active', narae: 'active', duru: 'active' });
    assert.equal(shown.policy.threshold, 2);
    assert.deepEqual(shown.decisions[0]!.signedBy, [...FOUNDERS]);
  });

  it('they admit a fourth; the words that they sign say so; one signature is not enough', async () => {
    await introduce('sakura');
    const paper = file('admit.note');
    await done('propose', 'admit', file('sakura.introduction'), ...as('narae'), '--out', paper);
    const looked = await done('sign', paper, '--look', ...as('duru'));
    assert.match(looked, /^Admit sakura as a member: operator, at https:/);
    assert.match(looked, /\nNOT COMPARED: the keys of sakura\./);
    const { certificates, ...keys } = fieldsOf(file('sakura.introduction'));
    const texts = [keys.logKey, keys.ownLogKey, keys.witnessKey, keys.governanceKey, keys.sealingKey, ...certificates];
    assert.deepEqual(
      texts.filter((text) => !looked.includes(text)),
      [],
    );
    const withIntroduction = ['--introduction', file('sakura.introduction')];
    assert.doesNotMatch(await done('sign', paper, '--look', ...as('duru'), ...withIntroduction), /NOT COMPARED/);
    await done('sign', paper, ...as('narae'));
    assert.match(
      await refused('apply', paper, ...as('hanbit')),
      /GOVERNANCE_SIGNATURES_MISSING signed=1 required=2 missing=1/,
    );
    const twin = file('admit.duru');
    await done('sign', paper, '--out', twin, ...as('duru'));
    assert.equal(await done('apply', paper, twin, ...as('hanbit')), 'entry 1 of the governance log\n');
    assert.equal(await done('apply', twin, ...as('hanbit')), 'was entry 1 already\n');
    assert.match(await refused('sign', paper, ...as('hanbit')), /^GOVERNANCE_STALE afterSize=1 size=2\n/);
    assert.equal(status(await show())['sakura'], 'active');
  });

  it('a member exchanges its voice, and signs with the new one from then on', async () => {
    const before = (await show()).members[1]!.governanceKey;
    await decide(['narae', 'duru'], 'rotate', 'governance');
    assert.notEqual((await show()).members[1]!.governanceKey, before);
    // The new key still stands beside the old one: the command finds the one that the consortium has.
    await decide(['narae', 'sakura'], 'roles', 'sakura', 'register');
    assert.deepEqual((await show()).decisions.at(-1)!.signedBy, ['narae', 'sakura']);
  });

  it('they open an epoch that each has seen the key of, grant it, and end the one before', async () => {
    await decide(['hanbit', 'sakura'], 'open-epoch');
    await decide(['duru', 'narae'], 'grant-epoch', '1', 'sakura');
    const all = ['hanbit', 'narae', 'duru', 'sakura'];
    const sizes = (hanbit: number): string[] =>
      all.flatMap((member) => ['--restated', `${member}=${member === 'hanbit' ? hanbit : 9}`]);
    // What the nodes of the two would write down: all is stated anew, each log's last of it at its entry 6.
    const seenBy = (member: string, inForce: Record<number, number> = {}, left = {}): Promise<void> => {
      const use = { size: 9, inForce, undecided: 0, unreadable: 0, restatedBelow: 7 };
      const members = { ...Object.fromEntries(all.map((name) => [name, use])), ...left };
      return writeRestating(data(member), { atMs: systemClock.nowMs(), epoch: 2, members });
    };
    const unseen = await refused('propose', 'end-epoch', '1', ...as('duru'), '--out', file('proposal.note'));
    assert.match(unseen, /^EPOCH_USE_UNKNOWN number=1\n/);
    // Without a node that looked, the proposer may say what it likes, and is believed by nobody who has one.
    const paper = file('proposal.note');
    const propose = (hanbit: number): Promise<string> =>
      done('propose', 'end-epoch', '1', ...sizes(hanbit), ...as('duru'), '--out', paper);
    await seenBy('narae');
    await propose(0);
    assert.match(await done('sign', paper, '--look', ...as('sakura')), /NOT CHECKED.*hanbit up to entry 0\./);
    const low = await refused('sign', paper, ...as('narae'));
    assert.match(low, /^EPOCH_RESTATED_BEYOND member=hanbit size=0 needed=7\n/);
    await propose(6);
    assert.match(await refused('sign', paper, ...as('narae')), /^EPOCH_RESTATED_BEYOND .*size=6 needed=7\n/);
    await propose(7);
    assert.doesNotMatch(await done('sign', paper, '--look', ...as('narae')), /NOT CHECKED/);
    await seenBy('narae', { 1: 2 });
    assert.match(await refused('sign', paper, ...as('narae')), /^EPOCH_IN_USE number=1 member=duru inForce=2 /);
    await seenBy('duru', { 1: 2 });
    const seen = ['propose', 'end-epoch', '1', ...as('duru'), '--out', paper];
    assert.match(await refused(...seen), /^EPOCH_IN_USE number=1 member=hanbit inForce=2 /);
    // Nobody states anew what a member has in force that is not active any more.
    const left = { left: { size: 4, inForce: { 1: 3 }, undecided: 0, unreadable: 0, restatedBelow: 0 } };
    for (const member of ['narae', 'duru']) await seenBy(member, {}, left);
    assert.match(await refused(...seen), /^EPOCH_DROPS number=1 member=left inForce=3\n/);
    await done(...seen, '--drop', 'left');
    assert.match(await done('sign', paper, '--look', ...as('narae')), /LOST: 3 statements of left, in force until now/);
    for (const member of ['narae', 'duru']) await seenBy(member);
    assert.match(await refused(...seen, ...sizes(0)), /^EPOCH_RESTATED_BEYOND /);
    await decide(['duru', 'narae'], 'end-epoch', '1');
    const { epochs } = await show();
    const ended = epochs.filter(({ isEnded }) => isEnded);
    assert.deepEqual([epochs.length, ...ended.map(({ number }) => number)], [2, 1]);
    assert.ok(epochs.every(({ wrappedFor }) => wrappedFor.length === 4));
  });

  it('an epoch whose key is not the one that it names is signed by nobody', async () => {
    const paper = file('epoch.note');
    await done('propose', 'open-epoch', ...as('hanbit'), '--out', paper);
    const text = readFileSync(paper, 'utf8');
    const wrong = file('epoch.wrong');
    writeFileSync(wrong, text.replace(/"keyDigest":"[0-9a-f]{64}"/, `"keyDigest":"${'0'.repeat(64)}"`));
    assert.match(await refused('sign', wrong, ...as('narae')), /^EPOCH_WRAP_OTHER_KEY number=3\n/);
    const without = file('epoch.without');
    writeFileSync(without, text.replace(/"narae":"[^"]*",?/, ''));
    assert.match(await refused('sign', without, ...as('narae')), /^EPOCH_WRAP_MISSING number=3\n/);
  });

  it('a member that lost its keys comes back with the signatures of the others', async () => {
    rmSync(data('duru'), { recursive: true });
    await introduce('duru', file('duru.again'));
    assert.match(await refused('propose', 'budget', 'duru', ...as('duru')), /^CONSORTIUM_KEY_NOT_OURS /);
    await decide(['narae', 'sakura'], 'recover', file('duru.again'), '--from-size', '0').then(
      () => assert.fail('its log cannot be taken back to before its first key'),
      (error: Error) => assert.match(error.message, /GOVERNANCE_SIZES/),
    );
    const paper = file('recover.note');
    await done('propose', 'recover', file('duru.again'), '--from-size', '12', ...as('narae'), '--out', paper);
    const looked = await done('sign', paper, '--look', ...as('sakura'));
    assert.match(looked, /NOT COMPARED: the keys of duru\./);
    assert.doesNotMatch(looked, /no quorum is complete/, 'of four, the three others are one without it');
    assert.match(looked, /NOT CHECKED: the sizes, as nothing of the log of duru is held here\./);
    const again = ['--introduction', file('duru.again')];
    assert.doesNotMatch(await done('sign', paper, '--look', ...as('sakura'), ...again), /NOT COMPARED/);
    await introduce('duru', file('duru.impostor'), file('impostor2'));
    const impostor = ['--introduction', file('duru.impostor')];
    assert.match(
      await refused('sign', paper, ...as('sakura'), ...impostor),
      /^CONSORTIUM_INTRODUCTION_OTHER member=duru\n/,
    );
    for (const field of ['logKey', 'ownLogKey', 'witnessKey', 'sealingKey'] as const) {
      const swapped = file('recover.swapped');
      const [mine, theirs] = [fieldsOf(file('duru.again')), fieldsOf(file('duru.impostor'))];
      writeFileSync(swapped, readFileSync(paper, 'utf8').replace(mine[field], theirs[field]));
      assert.match(
        await refused('sign', swapped, ...as('sakura'), ...again),
        /^CONSORTIUM_INTRODUCTION_OTHER member=duru\n/,
      );
    }
    for (const member of ['narae', 'sakura']) await done('sign', paper, ...as(member), ...again);
    await done('apply', paper, ...as('hanbit'));
    assert.match(
      await done('show', ...place),
      /Exchange keys of duru \(log, own-log, witness, governance, sealing, cert/,
    );
    await decide(['narae', 'sakura'], 'grant-epoch', '2', 'duru');
    await decide(['duru', 'hanbit'], 'budget', 'duru', '--limit', '10,20,5');
  });

  it('they remove one for ever: its voice is nothing, its name and keys are nobody’s', async () => {
    await decide(['hanbit', 'narae'], 'remove', 'sakura', '--log-size', '5');
    assert.equal(status(await show())['sakura'], 'removed');
    const paper = file('revenge.note');
    assert.match(
      await refused('propose', 'url', 'duru', 'https://evil.example', ...as('sakura'), '--out', paper),
      /^GOVERNANCE_MEMBER_STATUS /,
    );
    await done('propose', 'url', 'duru', 'https://new.example', ...as('narae'), '--out', paper);
    await done('sign', paper, ...as('narae'));
    assert.match(
      await refused('sign', paper, ...as('sakura')),
      /^GOVERNANCE_SIGNER_NOT_ACTIVE member=sakura memberStatus=removed\n/,
    );
    // By another program: nobody signs behind it.
    const voice = await readSigningKey(dataFolder(data('sakura')).governanceKey);
    writeFileSync(paper, withSignature(orThrow(parseProposal(readFileSync(paper))).paper, voice));
    assert.match(await refused('sign', paper, ...as('duru')), /^GOVERNANCE_SIGNER_NOT_ACTIVE member=sakura /);
    assert.match(await refused('apply', paper, ...as('hanbit')), /GOVERNANCE_SIGNER_NOT_ACTIVE member=sakura/);
    assert.match(
      await refused('propose', 'admit', file('sakura.introduction'), ...as('narae')),
      /^GOVERNANCE_NAME_USED /,
    );
  });

  it('who signs hears of lines that count for nothing, of an altered paper, and of who is left out', async () => {
    const paper = file('epoch.note');
    await done('propose', 'open-epoch', ...as('hanbit'), '--out', paper);
    const whole = readFileSync(paper, 'utf8');
    writeFileSync(paper, whole.replace(/"duru":"[^"]*",?/, ''));
    assert.match(await done('sign', paper, '--look', ...as('narae')), /\nLEFT OUT: duru is not given the key/);
    const stranger = generateLogKey('governance.nobody.example');
    writeFileSync(paper, withSignature(orThrow(parseProposal(Buffer.from(whole))).paper, stranger));
    const words = await done('sign', paper, ...as('narae'));
    assert.match(words, /\nWARNING: a signature by governance\.nobody\.example, which is no member’s voice now/);
    writeFileSync(paper, readFileSync(paper, 'utf8').replace(/"timeMs":1/, '"timeMs":2'));
    assert.match(await refused('sign', paper, ...as('duru')), /^GOVERNANCE_SIGNATURE_WRONG member=narae\n/);
    await done('propose', 'suspend', 'duru', '--log-size', '12', ...as('hanbit'), '--out', paper, '--force');
    assert.match(await done('sign', paper, '--look', ...as('duru')), /\nWARNING: this is about you/);
  });

  it('what a paper gives out as a new key of the signer is in its folder, or is not signed', async () => {
    const paper = file('rotate.note');
    await done('propose', 'rotate', 'witness', ...as('narae'), '--out', paper);
    assert.match(await done('sign', paper, '--look', ...as('duru')), /\nNOT COMPARED: the keys of narae\./);
    assert.doesNotMatch(await done('sign', paper, '--look', ...as('narae')), /NOT COMPARED/);
    const text = readFileSync(paper, 'utf8');
    const other = fieldsOf(file('impostor.introduction')).witnessKey;
    writeFileSync(paper, text.replace(/"witness\.narae[^"]*"\]/, `"${other}"]`));
    assert.match(await refused('sign', paper, ...as('narae')), /^CONSORTIUM_KEYS_NOT_OURS member=narae key=witness\n/);
    writeFileSync(paper, text);
    await done('sign', paper, ...as('narae'));
    assert.doesNotMatch(await done('sign', paper, '--look', ...as('duru')), /NOT COMPARED/, 'its own voice is on it');
  });

  it('the log goes on under another keeper, from a copy, without the one before', async () => {
    const copy = file('copy');
    cpSync(join(data('hanbit'), 'governance-log'), copy, { recursive: true });
    const from = (member: string): string[] => ['--data', data(member), '--governance', copy, '--genesis', genesis];
    const paper = file('keeper.note');
    await done('propose', 'keeper', 'narae', ...from('narae'), '--out', paper);
    // It has signed another address for duru, which nobody applied.
    assert.match((await consortium('sign', paper, ...from('narae'))).errors, /^warning: .* signed another paper /);
    assert.equal((await consortium('sign', paper, ...from('duru'))).errors, '');
    copyFileSync(genesis, join(data('narae'), 'genesis'));
    await done('apply', paper, ...from('narae'));
    const shown = JSON.parse(await done('show', '--json', '--data', data('narae'))) as Shown;
    assert.deepEqual([shown.keeper, shown.ignored], ['narae', 0]);
    assert.ok(readdirSync(data('narae')).includes('governance-signing'));
  });

  it('used wrongly, every command says what is missing', async () => {
    const nobody = ['--url', 'https://nobody.example', '--roles', 'operator', '--out', file('nobody.introduction')];
    for (const words of [
      ['show'],
      ['sign', file('founding.note')],
      ['propose', 'roles', 'duru'],
      ['init'],
      ['propose'],
      ['propose', 'roles', 'duru', ...as('narae')],
      ['propose', 'policy', ...as('narae')],
      ['propose', 'policy', '--threshold', '2', ...as('narae')],
      ['propose', 'policy', '--all-witness', '--witness', 'duru', ...as('narae')],
      ['propose', 'rotate', 'witness', '--finish', ...as('narae')],
      ['propose', 'rotate', 'certificate', '--finish', ...as('narae')],
      ['propose', 'url', 'duru', 'https://user:word@duru.example', ...as('narae')],
      ['propose', 'url', 'duru', 'https://duru.example/\u001b[2J', ...as('narae')],
      ['introduce', '--data', file('nobody'), '--name', 'nobody', '--domain', 'a b', ...nobody],
      ['introduce', '--data', data('narae'), '--name', 'narae', '--domain', 'other.example', ...nobody],
    ]) {
      const { code, errors } = await consortium(...words);
      assert.deepEqual([code, errors !== ''], [2, true], words.join(' '));
    }
    assert.ok(!existsSync(file('nobody')), 'nothing was written');
    const paper = file('budget.note');
    const budget = ['propose', 'budget', 'duru', '--data', data('narae'), '--out', paper];
    for (let times = 0; times < 2; times++) await done(...budget);
    await done('sign', paper, '--data', data('narae'));
    assert.match(await refused(...budget), /^CONSORTIUM_PAPER_SIGNED .*signatures=1\n/);
    await done(...budget, '--force');
    assert.match(await done('--help'), /introduce.*init.*propose.*sign.*apply.*show.*verify/s);
    assert.match(await refused('sign', PROGRAM, ...as('narae')), /^CONSORTIUM_PAPER_UNKNOWN |^INPUT_TOO_LARGE /);
  });
});

function fieldsOf(introduction: string): MemberFields {
  return orThrow(parseIntroduction(readFileSync(introduction)));
}

async function done(...words: string[]): Promise<string> {
  const { code, output, errors } = await consortium(...words);
  assert.equal(code, 0, `${words.join(' ')}: ${errors}`);
  return output;
}

async function refused(...words: string[]): Promise<string> {
  const { code, errors } = await consortium(...words);
  assert.equal(code, 1, words.join(' '));
  return errors;
}

/** Runs one command after the other in the process that stands by. */
function consortium(...words: string[]): Promise<{ code: number; output: string; errors: string }> {
  return new Promise((resolve) => {
    program.once('message', resolve as (answer: unknown) => void);
    program.send(words);
  });
}
