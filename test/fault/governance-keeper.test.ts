import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { systemClock } from '../../src/base/clock.ts';
import { type RunningNode, startNodes, stopNodes, untilLevel } from '../../src/demo/processes.ts';
import { signCheckpoint } from '../../src/ledger/checkpoint.ts';
import { readSigningKey, type SigningKey } from '../../src/ledger/note-key.ts';
import { dataFolder } from '../../src/node/data-folder.ts';
import { ConsortiumCommands } from '../support/consortium-commands.ts';
import { layOutOperators } from '../support/consortium.ts';
import { healthOf, until } from '../support/nodes.ts';

const NAMES = ['one', 'two', 'three', 'four', 'five'];
const SIGNERS = ['two', 'three', 'four'];
const TIMEOUT_MS = 150_000;

/** Five members, whose first keeps the governance log. */
class Setting {
  #laidOut!: Awaited<ReturnType<typeof layOutOperators>>;
  #commands!: ConsortiumCommands;
  nodes!: RunningNode[];

  async begin(): Promise<void> {
    this.#laidOut = await layOutOperators(NAMES);
    this.nodes = await startNodes(this.#laidOut.members);
    await untilLevel(this.nodes, { clock: systemClock });
    this.#commands = new ConsortiumCommands({ folder: this.#laidOut.folder, keeper: 'two' });
  }

  async end(): Promise<void> {
    this.#commands.close();
    await stopNodes(this.nodes);
    await this.#laidOut.remove();
  }

  get others(): RunningNode[] {
    return this.nodes.slice(1);
  }

  folder(name: string): string {
    return join(this.#laidOut.folder, name);
  }

  decide(...change: string[]): Promise<void> {
    return this.#commands.decide(SIGNERS, ...change);
  }

  /** `two` takes the log over with its node stopped, and starts again. */
  async takeOverStopped(): Promise<void> {
    const two = this.nodes[1]!;
    await stopNodes([two]);
    await this.decide('keeper', 'two');
    [this.nodes[1]] = (await startNodes([two])) as [RunningNode];
  }

  async untilInForce(size: number, nodes: readonly RunningNode[]): Promise<void> {
    await until(async () => {
      const views = await Promise.all(nodes.map(healthOf));
      return views.every(({ governance }) => governance.size === size && governance.waiting === 0);
    });
  }

  keeperKey(): Promise<SigningKey> {
    return readSigningKey(dataFolder(this.folder('one')).governanceLogKey);
  }
}

/** What a keeper signs over an entry that it shows to nobody. */
async function hidden(setting: Setting): Promise<{ note: string; proof: string; origin: string }> {
  const { governanceLog } = dataFolder(setting.folder('one'));
  const [origin, size, root] = (await readFile(join(governanceLog, 'checkpoint'), 'utf8')).split('\n');
  assert.equal(size, '1');
  const leaf = sha256(Buffer.of(0), randomBytes(40));
  const head = { size: 2, root: sha256(Buffer.of(1), Buffer.from(root!, 'base64'), leaf) };
  const note = signCheckpoint({ origin: origin!, ...head }, [await setting.keeperKey()]);
  return { note, proof: leaf.toString('base64'), origin: origin! };
}

function sha256(...parts: Buffer[]): Buffer {
  return createHash('sha256').update(Buffer.concat(parts)).digest();
}

describe('a keeper that was killed', { timeout: TIMEOUT_MS }, () => {
  const setting = new Setting();
  before(() => setting.begin());
  after(() => setting.end());

  it('is followed by another, and decisions come into force at all who are left', async () => {
    setting.nodes[0]!.process.kill('SIGKILL');
    await setting.takeOverStopped();
    await setting.untilInForce(2, setting.others);
    await setting.decide('roles', 'five', 'operator', 'hub');
    await setting.untilInForce(3, setting.others);
    // Who comes back finds that it keeps the log no more.
    [setting.nodes[0]] = (await startNodes([setting.nodes[0]!])) as [RunningNode];
    await setting.untilInForce(3, setting.nodes);
  });
});

describe('a keeper that goes on', { timeout: TIMEOUT_MS }, () => {
  const setting = new Setting();
  before(() => setting.begin());
  after(() => setting.end());

  it('cannot have witnesses cosign what it shows to nobody; another takes the log over while all nodes run', async () => {
    const { note, proof } = await hidden(setting);
    for (const { addresses } of setting.others) {
      const ask = (lines: string): Promise<Response> =>
        fetch(`${addresses.api}/witness/add-checkpoint`, { method: 'POST', body: `${lines}\n\n${note}` });
      const fromOne = `old 1\n${proof}`;
      let answer = await ask(fromOne);
      // A quorum of the others was enough for the founding, or is not yet: it may have cosigned nothing so far.
      for (const lines of ['old 0', fromOne]) if (answer.status === 409) answer = await ask(lines);
      assert.equal(answer.status, 503);
      assert.equal(((await answer.json()) as { code: string }).code, 'WITNESS_NOT_READ');
    }
    await setting.decide('keeper', 'two');
    await setting.untilInForce(2, setting.nodes);
    await setting.decide('roles', 'five', 'operator', 'hub');
    await setting.untilInForce(3, setting.nodes);
  });
});

describe('a keeper that signed two trees', { timeout: TIMEOUT_MS }, () => {
  const setting = new Setting();
  before(() => setting.begin());
  after(() => setting.end());

  it('is convicted at everybody, loudly, and then exchanged', async () => {
    const { origin } = await hidden(setting);
    const forged = signCheckpoint({ origin, size: 1, root: randomBytes(32) }, [await setting.keeperKey()]);
    const checkpoint = join(dataFolder(setting.folder('one')).governanceLog, 'checkpoint');
    const held = await readFile(checkpoint);
    await writeFile(checkpoint, forged);
    const isForked = async (node: RunningNode): Promise<boolean> =>
      (await healthOf(node)).governance.fault === 'FOLLOW_FORKED';
    // Shown to one of them, it is known to all.
    await until(async () => (await Promise.all(setting.others.map(isForked))).includes(true));
    await writeFile(checkpoint, held);
    for (const node of setting.others) {
      await until(() => isForked(node));
      assert.equal((await healthOf(node)).ok, false);
      const read = async (path: string): Promise<string> => (await fetch(`${node.addresses.api}${path}`)).text();
      assert.match(await read('/metrics'), /governance_fault\{code="FOLLOW_FORKED"/);
      assert.match(await read('/equivocations/GOVERNANCE'), /equivocation@v1/);
    }
    await setting.decide('keeper', 'two');
    await setting.untilInForce(2, setting.nodes);
    await setting.decide('roles', 'five', 'operator', 'hub');
    await setting.untilInForce(3, setting.nodes);
    for (const node of setting.nodes) assert.equal((await healthOf(node)).governance.fault, undefined);
  });
});
