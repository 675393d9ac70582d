import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import Value from 'typebox/value';
import { systemClock } from '../../src/base/clock.ts';
import { type Log, silentLog } from '../../src/base/log.ts';
import { MessageGateConfig } from '../../src/gates/messages/config.ts';
import { MessageGate } from '../../src/gates/messages/gate.ts';
import { keyHash } from '../../src/gates/messages/password.ts';
import type { PassedText } from '../../src/records/passed-text.ts';
import type { TextRecord } from '../../src/records/text-record.ts';
import { Standing } from '../../src/standing/standing.ts';
import { SmppProbe, type SmppProbeOptions } from '../../src/probes/smpp.ts';
import { encodeStatement } from '../../src/statements/codec.ts';
import { numberTag } from '../../src/statements/pairing-tag.ts';
import type { SenderStatement } from '../../src/statements/sender-statement.ts';
import { TestCentre } from './smpp-centre.ts';

export const PAIRING_KEY = Buffer.alloc(32, 5);
const MEMBERS = [
  { name: 'hanbit', roles: ['operator'] },
  { name: 'injeung', roles: ['certifier'] },
] as const;

/** Two firms: `saessak`, which sends, and `pureun`. */
export const SAESSAK = { certificate: 'KS-2026-000001', originator: '301200001', number: '01012345678' } as const;
export const PUREUN = { certificate: 'KS-2026-000002', originator: '301200002', number: '0212345678' } as const;
export const PASSWORD = 'bori3412';
/** The password of both firms, hashed once: a hash takes its time. */
export const PASSWORD_HASH = 'scrypt$1024$8$1$c2Fsc2FsdHNhbHRzYWx0$fhaz3kvxahz991ShtpOk52BlMYEztx6P_y4DhNIZvgE';
export const HTTP_KEY = 'a-key-of-the-firm-that-is-long-and-random';
/** What a text of `saessak` needs to pass. */
export const GOOD_TEXT = {
  from: SAESSAK.number,
  to: '01098765432',
  text: 'Ilgop parcels are ready for you',
  originator: SAESSAK.originator,
} as const;

/** Standing of an operator and a certifier, with a short way to state. */
export class SenderStanding {
  readonly standing = new Standing({ members: MEMBERS }, { log: silentLog });
  #ids = 0;

  state(statement: SenderStatement): void {
    const id = Buffer.alloc(16);
    id.writeUInt32BE((this.#ids += 1));
    const index = this.standing.foldedSize('injeung');
    const timeMs = systemClock.nowMs();
    this.standing.fold('injeung', index, [encodeStatement({ issuer: 'injeung', timeMs, id }, statement)]);
    this.standing.settle('injeung', index + 1);
  }

  certify(
    { certificate, originator, number }: { certificate: string; originator: string; number: string },
    more: { priority?: 'normal' | 'emergency'; validUntilMs?: number; customer?: string } = {},
  ): void {
    const { priority = 'normal', customer = 'customer-1', ...rest } = more;
    this.state({ kind: 'sender.certified', certificate, firm: 'A firm', originator, priority, ...rest });
    this.state({ kind: 'number.registered', certificate, tag: numberTag(PAIRING_KEY, number), customer });
  }

  suspend(certificate: string, reference = 'K-2026-000042'): void {
    this.state({ kind: 'sender.suspended', certificate, reason: 'spam', reference });
  }

  reinstate(certificate: string): void {
    this.state({ kind: 'sender.reinstated', certificate, reason: 'remedied' });
  }
}

export interface RunningMessageGate {
  readonly gate: MessageGate;
  readonly senders: SenderStanding;
  readonly centre: TestCentre;
  readonly passed: PassedText[];
  readonly url: string;
  bind(options?: Partial<SmppProbeOptions>): Promise<SmppProbe>;
  connect(): Promise<SmppProbe>;
  counter(family: string, label: string): number;
  /** Resolves when a counter has come so far. */
  counted(family: string, label: string, value: number): Promise<void>;
  /** The records of refused texts, once there are so many. */
  records(count: number): Promise<TextRecord[]>;
  stop(): Promise<void>;
}

/** The message gate of `hanbit` in its thread, with one message centre behind it and both firms certified. */
export async function runMessageGate(
  part: object = {},
  { log = silentLog, ...more }: { log?: Log } & MoreConfig = {},
): Promise<RunningMessageGate> {
  const folder = await mkdtemp(join(tmpdir(), 'bongsu-messages-'));
  const recordsFolder = join(folder, 'records');
  const centre = await TestCentre.start();
  const senders = new SenderStanding();
  senders.certify(SAESSAK);
  senders.certify(PUREUN);
  const gate = await MessageGate.start(
    {
      config: messageConfig(centre.port, { part, ...more }),
      pairingKey: PAIRING_KEY,
      recordsFolder,
    },
    { standing: senders.standing, clock: systemClock, log },
  );
  await centre.connected();
  const { smpp, messages } = gate.addresses;
  const passed: PassedText[] = [];
  gate.onPassed((texts) => passed.push(...texts));
  const counter = (family: string, label: string) =>
    gate.counters().find((series) => series.family === family && Object.values(series.labels).includes(label))!.value;
  return {
    gate,
    senders,
    centre,
    passed,
    url: messages === undefined ? '' : `http://${messages.host}:${messages.port}`,
    bind: (options = {}) => SmppProbe.bind({ ...smpp!, systemId: 'saessak', password: PASSWORD, ...options }),
    connect: () => SmppProbe.connect(smpp!),
    counter,
    counted: (family, label, value) => until(() => counter(family, label) >= value),
    records: async (count) => {
      let found: TextRecord[] = [];
      await until(async () => (found = await readTextRecords(recordsFolder)).length >= count);
      return found;
    },
    stop: async () => {
      await gate.stop();
      await centre.die();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

interface MoreConfig {
  readonly ratePerSecond?: number;
  readonly smscWindow?: number;
  readonly moreSmscs?: readonly object[];
}

export function messageConfig(
  centrePort: number,
  { part = {}, ratePerSecond = 1_000, smscWindow = 100, moreSmscs = [] }: { part?: object } & MoreConfig = {},
): MessageGateConfig {
  const account = { passwordHash: PASSWORD_HASH, ratePerSecond };
  const filled: unknown = Value.Default(
    MessageGateConfig,
    structuredClone({
      smpp: { port: 0 },
      http: { port: 0 },
      accounts: [
        { systemId: 'saessak', certificate: SAESSAK.certificate, httpKeyHash: keyHash(HTTP_KEY), ...account },
        { systemId: 'pureun', certificate: PUREUN.certificate, ...account },
      ],
      smscs: [
        { name: 'centre', host: '127.0.0.1', port: centrePort || 1, systemId: 'hanbit', window: smscWindow },
        ...moreSmscs,
      ],
      ...part,
    }),
  );
  Value.Assert(MessageGateConfig, filled);
  return filled;
}

/** Resolves when something holds. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await wait(5);
}

async function readTextRecords(folder: string): Promise<TextRecord[]> {
  const names = await readdir(folder).catch(() => []);
  const files = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
  const lines = files.flatMap((file) => file.split('\n').filter((line) => line !== ''));
  return lines.map((line) => JSON.parse(line) as TextRecord);
}
