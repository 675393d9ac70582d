/** One gate thread: both servers, one checker, one writer of records. */
import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';
import { systemClock } from '../../base/clock.ts';
import { Fault } from '../../base/fault.ts';
import type { Log } from '../../base/log.ts';
import { RecordWriter } from '../../records/record-writer.ts';
import { LineBindingsReader } from '../../standing/line-bindings.ts';
import { StandingReader } from '../../standing/reader.ts';
import { EquipmentChecker } from './check.ts';
import { GateCounters } from './counters.ts';
import type { FromThread, GateThreadData, ListeningAddress, ToThread } from './gate-messages.ts';
import { N5gEirServer } from './n5g-eir/server.ts';
import { CompiledPolicy } from './policy.ts';
import { recordOf } from './refusals.ts';
import { S13Server } from './s13/server.ts';

const GAUGES_INTERVAL_MS = 1_000;

assert(parentPort !== null, 'a gate thread is started by the gate');
const port = parentPort;
const data = workerData as GateThreadData;
const log = logThroughMain();
const counters = new GateCounters(data.counters);
const standing = new StandingReader(data.memory);
const bindings = data.bindings && new LineBindingsReader(data.bindings);
const records = new RecordWriter(
  { folder: data.recordsFolder, writer: data.thread },
  {
    log,
    onWritten: (written) => counters.countRecords('written', written),
    onDropped: (dropped) => counters.countRecords('dropped', dropped),
  },
);

try {
  await serve();
} catch (error) {
  if (!(error instanceof Fault)) throw error;
  post({ kind: 'failed', facts: error.facts });
  port.close();
}

async function serve(): Promise<void> {
  const checker = newChecker();
  const s13 = await openS13(checker);
  const n5gEir = await openN5gEir(checker).catch(async (error: unknown) => {
    await s13?.close();
    throw error;
  });
  const gauges = setInterval(() => {
    counters.setGauge('s13 connections', s13?.connections ?? 0);
    counters.setGauge('n5g-eir connections', n5gEir?.connections ?? 0);
    counters.setGauge('records waiting', records.waiting);
  }, GAUGES_INTERVAL_MS);
  port.on('message', (message: ToThread) => {
    if (message.kind === 'memory') {
      standing.accept(message.change);
      checker.accept(message.change);
      return;
    }
    if (message.kind === 'bindings') {
      bindings?.accept(message.memory);
      return;
    }
    clearInterval(gauges);
    void stop(s13, n5gEir);
  });
  post({
    kind: 'listening',
    addresses: {
      ...(s13 !== undefined && { s13: listening(s13.address) }),
      ...(s13?.tlsAddress !== undefined && { s13Tls: listening(s13.tlsAddress) }),
      ...(n5gEir !== undefined && { n5gEir: listening(n5gEir.address) }),
    },
  });
}

async function stop(s13: S13Server | undefined, n5gEir: N5gEirServer | undefined): Promise<void> {
  const servers = [s13, n5gEir].filter((server) => server !== undefined);
  await Promise.all(servers.map((server) => server.close()));
  await records.close();
  // Connections whose TLS handshake hangs would keep the thread for as long as they may take.
  process.exit();
}

function newChecker(): EquipmentChecker {
  const { config, members, ownMember, pairingKey } = data;
  const policy = new CompiledPolicy(config.policy, members);
  return new EquipmentChecker(
    { policy, ownMember, pairingKey },
    {
      standing,
      bindings,
      clock: systemClock,
      counters,
      onSighting: (sighting) => records.add(recordOf(sighting, systemClock)),
    },
  );
}

async function openS13(checker: EquipmentChecker): Promise<S13Server | undefined> {
  const { s13, threads } = data.config;
  if (s13 === undefined) return undefined;
  return S13Server.open({ config: s13, threads }, { checker, clock: systemClock, log, counters: counters.s13 });
}

async function openN5gEir(checker: EquipmentChecker): Promise<N5gEirServer | undefined> {
  const { n5gEir, threads } = data.config;
  if (n5gEir === undefined) return undefined;
  return N5gEirServer.open(
    { config: n5gEir, threads },
    { checker, clock: systemClock, log, counters: counters.n5gEir },
  );
}

function listening({ address, port }: AddressInfo): ListeningAddress {
  return { host: address, port };
}

function post(message: FromThread): void {
  port.postMessage(message);
}

/** A log line is written by the main thread, which holds the log. */
function logThroughMain(): Log {
  const at = (level: keyof Log) => (facts: object, message: string) => post({ kind: 'log', level, facts, message });
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
