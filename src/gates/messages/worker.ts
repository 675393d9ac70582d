import { join } from 'node:path';
/** The message gate's thread: its own books, the servers and links, one writer of records. */
import assert from 'node:assert/strict';
import { parentPort, workerData } from 'node:worker_threads';
import { systemClock } from '../../base/clock.ts';
import { Fault } from '../../base/fault.ts';
import type { Log } from '../../base/log.ts';
import { RecordWriter } from '../../records/record-writer.ts';
import type { TextRecord } from '../../records/text-record.ts';
import { Books } from '../../standing/books.ts';
import { MessageCounters } from './counters.ts';
import { MessageServers } from './message-servers.ts';
import { PassedTexts } from './passed-texts.ts';
import type { FromMessageThread, MessageThreadData, ToMessageThread } from './thread-messages.ts';

const GAUGES_INTERVAL_MS = 1_000;

assert(parentPort !== null, 'a gate thread is started by the gate');
const port = parentPort;
const data = workerData as MessageThreadData;
/** Beside the records: which keyed requests were carried out. */
const KEYS_FILE = 'message-keys.jsonl';

const counters = new MessageCounters(data.counters);
const books = new Books([]);
for (const event of data.books) books.replay(event);
const log = logThroughMain();
const passed = new PassedTexts({
  post: (texts) => post({ kind: 'passed', texts }),
  count: (event, texts) => counters.told(event, texts),
});
const records = new RecordWriter<TextRecord>(
  { folder: data.recordsFolder, writer: 0, name: 'texts' },
  {
    log,
    onWritten: (written) => counters.records('written', written),
    onDropped: (dropped) => counters.records('dropped', dropped),
  },
);

try {
  await serve();
} catch (error) {
  if (!(error instanceof Fault)) throw error;
  post({ kind: 'failed', facts: error.facts });
  await records.close();
  port.close();
}

async function serve(): Promise<void> {
  const servers = await MessageServers.open(
    { config: data.config, pairingKey: data.pairingKey, keysFile: join(data.recordsFolder, KEYS_FILE) },
    {
      books,
      clock: systemClock,
      log,
      counters,
      random: Math.random,
      record: (record) => records.add(record),
      tellPassed: (text) => passed.add(text),
    },
  );
  const gauges = setInterval(() => servers.setGauges(), GAUGES_INTERVAL_MS);
  port.on('message', (message: ToMessageThread) => {
    if (message.kind === 'book') {
      books.replay(message.event);
      servers.standingChanged();
    } else if (message.kind === 'submit') void submit(servers, message);
    else if (message.kind === 'taken') passed.taken();
    else {
      clearInterval(gauges);
      void stop(servers);
    }
  });
  post({ kind: 'listening', addresses: servers.addresses });
}

async function submit(
  servers: MessageServers,
  { number, text, key }: Extract<ToMessageThread, { kind: 'submit' }>,
): Promise<void> {
  const outcome = await servers.submitOwn(text, key);
  if (typeof outcome === 'string') post({ kind: 'submitted', number, messageId: outcome });
  else post({ kind: 'refused', number, facts: outcome?.facts ?? { code: 'IDEMPOTENCY_KEY_REUSED' } });
}

async function stop(servers: MessageServers): Promise<void> {
  await servers.close();
  passed.flush();
  await records.close();
  // A connection whose TLS handshake hangs would keep the thread for as long as it may take.
  process.exit();
}

function post(message: FromMessageThread): void {
  port.postMessage(message);
}

/** A log line is written by the main thread, which holds the log. */
function logThroughMain(): Log {
  const at = (level: keyof Log) => (facts: object, message: string) => post({ kind: 'log', level, facts, message });
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
