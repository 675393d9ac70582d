import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { freePort } from '../../src/demo/ports.ts';

/** What Kannel tells of a text (dlr-mask): delivered, not delivered, taken by the centre, refused by it. */
export const DLR = { delivered: 1, undelivered: 2, accepted: 8, refused: 16 } as const;

export interface KannelText {
  readonly from: string;
  readonly to: string;
  readonly text: string;
  /** The originator code, as Kannel's configuration names it. */
  readonly originator?: string;
}

/** Kannel as a firm has it: bearerbox binds to the gate, smsbox takes texts over HTTP. */
export class Kannel {
  readonly reports: number[] = [];
  /** What bearerbox logged. */
  log = '';
  readonly #folder = mkdtempSync(join(tmpdir(), 'bongsu-kannel-'));
  readonly #processes: ChildProcess[] = [];
  readonly #happened = new EventEmitter();
  #reportServer: Server | undefined;
  #ports = { admin: 0, smsbox: 0, sendsms: 0, reports: 0 };

  static async start(options: { port: number; systemId: string; password: string }): Promise<Kannel> {
    const kannel = new Kannel();
    await kannel.#listenForReports();
    const taken = new Set<number>();
    for (const name of ['admin', 'smsbox', 'sendsms'] as const) {
      const port = await freePort(0, taken);
      taken.add(port);
      kannel.#ports[name] = port;
    }
    const file = join(kannel.#folder, 'kannel.conf');
    writeFileSync(file, configuration(options, kannel.#ports));
    kannel.#run('bearerbox', file);
    await kannel.logged(/binding|connected|Started/);
    await kannel.#untilAnswers(kannel.#ports.admin);
    kannel.#run('smsbox', file);
    await kannel.#untilAnswers(kannel.#ports.sendsms);
    return kannel;
  }

  /** The octets that bearerbox dumped of what it understood, as text. */
  get dumped(): string {
    const lines = this.log.matchAll(/DEBUG: {6}data: ((?:[0-9a-f]{2} )+)/g);
    return Array.from(lines, ([, hex]) => Buffer.from(hex!.replaceAll(' ', ''), 'hex').toString('latin1')).join('');
  }

  /** Hands a text to smsbox, which queues it. */
  async send({ from, to, text, originator }: KannelText): Promise<void> {
    const query = new URLSearchParams({
      username: 'firm',
      password: 'firm',
      from,
      to,
      text,
      coding: '2',
      charset: 'UTF-8',
      'dlr-mask': '31',
      'dlr-url': `http://127.0.0.1:${this.#ports.reports}/?type=%d`,
      ...(originator !== undefined && { 'meta-data': `?smpp?originator=${originator}` }),
    });
    const answer = await fetch(`http://127.0.0.1:${this.#ports.sendsms}/cgi-bin/sendsms?${query.toString()}`);
    assert.equal(answer.status, 202, await answer.text());
  }

  /** Resolves when Kannel has told that of a text, so often in all. */
  async reported(type: number, count = 1): Promise<void> {
    while (this.reports.filter((report) => report === type).length < count) await once(this.#happened, 'happened');
  }

  async logged(pattern: RegExp): Promise<void> {
    while (!pattern.test(this.log)) await once(this.#happened, 'happened');
  }

  async stop(): Promise<void> {
    for (const child of this.#processes.toReversed()) {
      if (child.exitCode !== null) continue;
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    }
    this.#reportServer?.closeAllConnections();
    this.#reportServer?.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #run(program: string, file: string): void {
    const child = spawn(program, ['-v', '0', file], { cwd: this.#folder, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#processes.push(child);
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        if (program === 'bearerbox') this.log += text;
        this.#happened.emit('happened');
      });
    }
  }

  async #listenForReports(): Promise<void> {
    this.#reportServer = createServer((request, response) => {
      const type = new URL(request.url ?? '/', 'http://reports').searchParams.get('type');
      this.reports.push(Number(type));
      response.end();
      this.#happened.emit('happened');
    });
    this.#reportServer.listen(0, '127.0.0.1');
    await once(this.#reportServer, 'listening');
    this.#ports = { ...this.#ports, reports: (this.#reportServer.address() as AddressInfo).port };
  }

  /** Kannel does not say when it listens. */
  async #untilAnswers(port: number): Promise<void> {
    for (;;) {
      const answer = await fetch(`http://127.0.0.1:${port}/`).catch(() => undefined);
      if (answer !== undefined) return;
      assert(
        this.#processes.every(({ exitCode }) => exitCode === null),
        `Kannel ended:\n${this.log}`,
      );
      await wait(50);
    }
  }
}

function configuration(
  { port, systemId, password }: { port: number; systemId: string; password: string },
  ports: { admin: number; smsbox: number; sendsms: number },
): string {
  return `
group = core
admin-port = ${ports.admin}
admin-password = admin
admin-deny-ip = ""
admin-interface = 127.0.0.1
smsbox-port = ${ports.smsbox}
smsbox-interface = 127.0.0.1
sms-resend-freq = 1
log-level = 0

group = smsc
smsc = smpp
smsc-id = gate
host = 127.0.0.1
port = ${port}
smsc-username = ${systemId}
smsc-password = ${password}
system-type = ""
transceiver-mode = true
max-pending-submits = 10
reconnect-delay = 1
enquire-link-interval = 5
alt-charset = ISO-8859-1

group = smpp-tlv
name = originator
tag = 0x1400
type = nulterminated
length = 10
smsc-id = gate

group = smsbox
bearerbox-host = 127.0.0.1
bearerbox-port = ${ports.smsbox}
sendsms-port = ${ports.sendsms}
sendsms-interface = 127.0.0.1
mo-recode = true

group = sendsms-user
username = firm
password = firm
max-messages = 10
`;
}
