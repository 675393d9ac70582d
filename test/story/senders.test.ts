import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { systemClock } from '../../src/base/clock.ts';
import { type Example, layOutConsortium } from '../../src/demo/lay-out.ts';
import { type RunningNode, startNodes, stopNodes, untilLevel } from '../../src/demo/processes.ts';
import type { PublicCertificateView } from '../../src/portals/senders/public-certificates.ts';
import { deskOf } from '../support/consortium.ts';
import { PDF, SENDER_CONFIG } from '../support/senders.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const STANDING_MS_MAX = 10_000;
const run = promisify(execFile);

/** A certifier with its desk and an operator without one, as processes of their own. */
function example(): Example {
  const node = (member: string, more: object) => ({
    member,
    governanceFrom: ['../governance'],
    api: { port: 0 },
    log: { level: 'error' },
    ...more,
  });
  return {
    consortium: {
      name: 'test',
      members: [
        { name: 'injeung', roles: ['certifier'] },
        { name: 'hanbit', roles: ['operator'] },
      ],
    },
    nodes: [
      node('injeung', { desks: { senders: SENDER_CONFIG } }),
      node('hanbit', { follow: { pollIntervalMs: 100 } }),
    ],
  };
}

describe('a firm from its registration to a suspension, over commands', () => {
  let folder: string;
  let nodes: RunningNode[];
  let supervisor: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bongsu-senders-'));
    nodes = await startNodes(await layOutConsortium(example(), folder));
    await untilLevel(nodes, { clock: systemClock });
    supervisor = (await readFile(join(nodes[0]!.folder, 'tokens', 'supervisor'), 'utf8')).trim();
  });
  after(async () => {
    await stopNodes(nodes);
    await rm(folder, { recursive: true, force: true });
  });

  async function bongsu<T>(token: string | undefined, ...words: string[]): Promise<T> {
    const env = {
      ...process.env,
      BONGSU_URL: nodes[0]!.addresses.api,
      ...(token !== undefined && { BONGSU_TOKEN: token }),
    };
    const { stdout } = await run(process.execPath, [MAIN, ...words, '--json'], { env });
    return JSON.parse(stdout) as T;
  }

  /** How the operator's node, which has no desk, answers anybody; asked until its state is this. */
  async function untilState(code: string, state: string): Promise<PublicCertificateView> {
    const deadline = systemClock.steadyMs() + STANDING_MS_MAX;
    for (;;) {
      const answer = await fetch(`${nodes[1]!.addresses.api}/certificates/${code}`);
      const view = (await answer.json()) as PublicCertificateView;
      if (view.state === state) return view;
      assert(systemClock.steadyMs() < deadline, JSON.stringify(view));
      await wait(50);
    }
  }

  it('is certified, registers a number, is suspended, and every node says so with its entries', async () => {
    const facts = { name: '바른문자', representative: '김보람', phone: '02-123-4567', 'office-address': '서울 중구 1' };
    const given = Object.entries({ ...facts, 'bank-account': '110123456789', 'business-number': '1234567890' });
    const firm = await bongsu<{ firm: string; token: string }>(
      undefined,
      'firm',
      'register',
      ...given.flatMap(([name, value]) => [`--${name}`, value]),
    );
    const { application } = await bongsu<{ application: string }>(firm.token, 'firm', 'apply', '--service', 'module');
    const file = join(folder, 'terms.pdf');
    await writeFile(file, PDF);
    await bongsu(firm.token, 'firm', 'evidence', application, file, '--item', '1.1');
    await bongsu(supervisor, 'certificate', 'review', application, '--step', 'accept');
    // The same two steps again and again need no process of their own each.
    const desk = await deskOf(nodes[0]!);
    const path = `/v1/applications/${application}`;
    for (const item of ['1.1', '5.1']) {
      await desk.ask('POST', `${path}/findings`, { body: { item, finding: 'met' } });
    }
    for (const _ of ['on-site-review', 'committee']) {
      await desk.ask('POST', `${path}/review`, { body: { step: 'pass' } });
    }
    const decided = await bongsu<{ certificate: string; originator: string; entries: { entry: { index: number } }[] }>(
      supervisor,
      'certificate',
      'decide',
      application,
      'certify',
    );
    const { certificate } = decided;
    const certified = await untilState(certificate, 'certified');
    // The anchor of the certifier's own log comes when it is due: before the certificate where a machine is slow.
    const { index } = decided.entries[0]!.entry;
    const { checkpointSize } = certified.entries[0]!;
    assert(checkpointSize > index);
    assert.deepEqual(
      { ...certified, since: '', validUntil: '' },
      {
        certificate,
        firm: '바른문자',
        originator: decided.originator,
        issuer: 'injeung',
        priority: 'normal',
        state: 'certified',
        maySend: true,
        permille: 1_000,
        since: '',
        validUntil: '',
        entries: [
          {
            member: 'injeung',
            index,
            checkpointSize,
            log: `${nodes[0]!.addresses.api}/log/`,
            mirror: '/mirrors/injeung/',
            receipt: `/certificates/${certificate}/receipt?index=${index}`,
          },
        ],
      },
    );
    const number = await bongsu<{ state: string; customer: string }>(
      firm.token,
      'certificate',
      'number',
      'register',
      certificate,
      '010-1234-5678',
      '--customer',
      '홍길동',
      '--customer-kind',
      'individual',
      '--proof',
      'phone-identity',
    );
    assert.deepEqual([number.state, number.customer], ['registered', 'u-1']);
    await bongsu(supervisor, 'certificate', 'suspend', certificate, '--reason', 'spam');
    const suspended = await untilState(certificate, 'suspended');
    assert.equal(suspended.maySend, false);
    const [first, last] = suspended.entries;
    assert.deepEqual([suspended.entries.length, first!.index], [2, index]);
    // The number was registered in between.
    assert(last!.index > index + 1);
    const byOriginator = await fetch(`${nodes[1]!.addresses.api}/certificates?originator=${decided.originator}`);
    assert.deepEqual(await byOriginator.json(), { certificates: [suspended] });

    // What it rests on is sealed; any node hands anybody the proof, which checks with the certifier's key alone.
    const receipt = join(folder, 'suspended.receipt');
    const other = ['--url', nodes[1]!.addresses.api];
    await bongsu(undefined, 'certificate', 'check', certificate, '--receipt', receipt, ...other);
    const keyOf = (node: RunningNode): string => join(node.folder, 'keys', 'log.vkey');
    const proven = await bongsu<object>(undefined, 'ledger', 'check-receipt', receipt, '--key', keyOf(nodes[0]!));
    assert.partialDeepStrictEqual(proven, {
      kind: 'sender.suspended',
      issuer: 'injeung',
      index: last!.index,
      body: { certificate, reason: 'spam' },
    });
    const underOther = bongsu(undefined, 'ledger', 'check-receipt', receipt, '--key', keyOf(nodes[1]!));
    await assert.rejects(underOther, ({ code, stdout }: { code: number; stdout: string }) => {
      return code === 1 && /NOTE_UNSIGNED/.test(stdout);
    });
  });

  it('the operator’s node has no desk', async () => {
    for (const path of ['/v1/firms', '/v1/applications']) {
      const answer = await fetch(`${nodes[1]!.addresses.api}${path}`, { method: 'POST' });
      assert.equal(answer.status, 404);
    }
  });
});
