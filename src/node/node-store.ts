import type { Log } from '../base/log.ts';
import { openStore, type Store } from '../store/store.ts';
import type { NodeConfig } from './config.ts';
import { dataFolder } from './data-folder.ts';

/** The desks' database where the configuration says it is. @throws StoreError */
export function openNodeStore(config: NodeConfig, { log }: { log: Log }): Promise<Store> {
  const { member, databaseUrl } = config;
  const place = databaseUrl === undefined ? { file: dataFolder(config.dataFolder).store } : { databaseUrl };
  return openStore({ member, place }, { log });
}
