import { hash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolderDurably } from '../base/durable.ts';
import type { PublishConfig } from '../publishing/config.ts';
import { Publisher, type PublisherState } from '../publishing/publisher.ts';
import { FolderStore, type StaticStore, StaticStoreError, WebStore } from '../publishing/static-store.ts';
import type { NodeLogs } from './logs.ts';
import type { Surroundings } from './surroundings.ts';

/** Digits that tell apart the stores in the data folder. */
const NAME_LENGTH = 16;

/**
 * Pushes this member's log to the static stores that the configuration names.
 * @returns how far each has come
 * @throws StaticStoreError STORE_TOKEN_UNREADABLE
 */
export async function startPublishing(
  { config, folder, fetch, clock, log, stops }: Surroundings,
  { sharedLog, cosigning }: NodeLogs,
): Promise<() => readonly PublisherState[]> {
  const publishers: Publisher[] = [];
  const states = join(folder.root, 'published');
  if (config.publish.length > 0) await makeFolderDurably(states);
  for (const configured of config.publish) {
    const stopping = new AbortController();
    const store = await openStore(configured, { fetch, signal: stopping.signal });
    const stateFile = join(states, `${hash('sha256', store.place, 'hex').slice(0, NAME_LENGTH)}.json`);
    const publisher = await Publisher.open({ folder: folder.log, stateFile, store }, { clock, log });
    publishers.push(
      stops.add(publisher, (part) => {
        stopping.abort();
        return part.close();
      }),
    );
  }
  const hint = (): void => publishers.forEach((publisher) => publisher.hint());
  stops.add(sharedLog.sequencer.onPublished(hint), (stop) => stop());
  stops.add(cosigning.onWitnessed(hint), (stop) => stop());
  return () => publishers.map((publisher) => publisher.state());
}

async function openStore(
  configured: PublishConfig[number],
  deps: { fetch: typeof fetch; signal: AbortSignal },
): Promise<StaticStore> {
  if ('folder' in configured) return new FolderStore(configured.folder);
  const { url, tokenFile } = configured;
  return new WebStore({ url, ...(tokenFile !== undefined && { token: await readToken(tokenFile) }) }, deps);
}

async function readToken(file: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (cause) {
    throw new StaticStoreError({ code: 'STORE_TOKEN_UNREADABLE', file }, { cause });
  }
}
