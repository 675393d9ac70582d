import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../../src/base/clock.ts';
import { type RunningNode, startNodes, stopNodes } from '../../src/demo/processes.ts';
import { SmscProbe } from '../../src/probes/smpp-smsc.ts';
import { layOutOperators } from '../support/consortium.ts';
import { GOOD_TEXT, PASSWORD, SAESSAK, until } from '../support/smpp-gate.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const OWN_KEY = 'the-key-of-the-operator-itself-long-enough';

describe('a node with a message gate', { timeout: 120_000 }, () => {
  let centre: SmscProbe;
  let node: RunningNode;
  let folder: string;
  let remove: () => Promise<void>;
  before(async () => {
    centre = await SmscProbe.listen({ port: 0 }, { clock: systemClock });
    const laidOut = await layOutOperators(['one']);
    ({ folder, remove } = laidOut);
    const [member] = laidOut.members;
    const passwordHash = await bongsu(['message', 'password', '--json'], PASSWORD);
    const keyHash = await bongsu(['message', 'password', '--http-key', '--json'], OWN_KEY);
    const account = { systemId: 'saessak', certificate: SAESSAK.certificate, ratePerSecond: 10 };
    const config = JSON.parse(await readFile(member!.configFile, 'utf8')) as { gates: object };
    await writeFile(join(folder, 'password'), `${PASSWORD}\n`);
    config.gates = {
      ...config.gates,
      messages: {
        smpp: { port: 0 },
        http: { port: 0 },
        accounts: [{ ...account, ...(JSON.parse(passwordHash.output) as object) }],
        own: JSON.parse(keyHash.output) as object,
        smscs: [{ name: 'centre', host: '127.0.0.1', port: centre.port, systemId: 'one' }],
      },
    };
    await writeFile(member!.configFile, JSON.stringify(config));
    [node] = (await startNodes(laidOut.members)) as [RunningNode];
  });
  after(async () => {
    await stopNodes([node]);
    await centre.close();
    await remove();
  });

  it('refuses a firm that no certifier has certified, and says so on the command line', async () => {
    const account = ['--as', 'saessak', '--password-file', join(folder, 'password')];
    const numbers = ['--from', GOOD_TEXT.from, '--to', GOOD_TEXT.to, '--originator', GOOD_TEXT.originator];
    const send = ['message', 'send', GOOD_TEXT.text, '--smpp', node.addresses['smpp']!, ...account, ...numbers];
    const { exitCode, errors } = await bongsu(send);
    assert.equal(exitCode, 1);
    assert.match(errors, /SMPP_PROBE_REFUSED.*SENDER_NOT_CERTIFIED/);
  });

  it('sends the operator’s own notice, and follows it to its receiver', async () => {
    const headers = { authorization: `Bearer ${OWN_KEY}`, 'content-type': 'application/json' };
    const body = JSON.stringify({ from: '100', to: '01012345678', text: '안내 문자' });
    const url = `${node.addresses['messages']}/messages`;
    const sent = await fetch(url, { method: 'POST', headers, body });
    assert.equal(sent.status, 201);
    const { messageId } = (await sent.json()) as { messageId: string };
    assert.deepEqual(centre.texts, [{ from: '100', to: '01012345678', text: '안내 문자' }]);
    await until(async () => {
      const asked = await fetch(`${url}/${messageId}`, { headers });
      return ((await asked.json()) as { state: string }).state === 'DELIVRD';
    });
  });

  it('tells Prometheus what it counted', async () => {
    const metrics = await (await fetch(`${node.addresses.api}/metrics`)).text();
    assert.match(metrics, /^bongsu_messages_passed_total\{via="http"\} 1$/m);
    assert.match(metrics, /^bongsu_messages_connection_events_total\{event="bindRefused"\} 1$/m);
  });
});

function bongsu(args: readonly string[], input = ''): Promise<{ exitCode: number; output: string; errors: string }> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [MAIN, ...args], (_error, output, errors) =>
      resolve({ exitCode: child.exitCode ?? 1, output, errors }),
    );
    child.stdin!.end(input);
  });
}
