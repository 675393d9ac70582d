/** The message gate as a node runs it, with every check, in front of a message centre. Argument: the centre's port. */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Value from 'typebox/value';
import { systemClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { MessageGateConfig } from '../../src/gates/messages/config.ts';
import { MessageGate } from '../../src/gates/messages/gate.ts';
import { hashPassword } from '../../src/gates/messages/password.ts';
import { Standing } from '../../src/standing/standing.ts';
import { encodeStatement } from '../../src/statements/codec.ts';
import { numberTag } from '../../src/statements/pairing-tag.ts';
import type { SenderStatement } from '../../src/statements/sender-statement.ts';
import { answerCpu } from '../n5g/measured-process.ts';
import { FIRM, PASSWORD, SYSTEM_ID } from './traffic.ts';

const centrePort = Number(process.argv[2]);
const pairingKey = Buffer.alloc(32, 5);
const members = [{ name: 'injeung', roles: ['certifier' as const] }];
const standing = new Standing({ members }, { log: silentLog });
const { certificate, originator, number } = FIRM;
const statements: readonly SenderStatement[] = [
  { kind: 'sender.certified', certificate, firm: 'Saessak', originator, priority: 'normal' },
  { kind: 'number.registered', certificate, tag: numberTag(pairingKey, number), customer: 'customer-1' },
];
standing.fold(
  'injeung',
  0,
  statements.map((statement, place) =>
    encodeStatement({ issuer: 'injeung', timeMs: 0, id: Buffer.alloc(16, place) }, statement),
  ),
);
standing.settle('injeung', statements.length);
const account = {
  systemId: SYSTEM_ID,
  passwordHash: await hashPassword(PASSWORD),
  certificate,
  ratePerSecond: 100_000,
};
const config: unknown = Value.Default(MessageGateConfig, {
  smpp: { port: 0 },
  accounts: [account],
  smscs: [{ name: 'centre', host: '127.0.0.1', port: centrePort, systemId: 'hanbit', window: 1_000 }],
});
Value.Assert(MessageGateConfig, config);
const gate = await MessageGate.start(
  { config, pairingKey, recordsFolder: join(tmpdir(), 'bongsu-bench-records') },
  { standing, clock: systemClock, log: silentLog },
);
answerCpu(gate.addresses.smpp!.port);
