import type { Clock } from '../base/clock.ts';
import { lockFolder } from '../base/folder-lock.ts';
import type { Log } from '../base/log.ts';
import { createToken, type Holder } from '../portals/tokens.ts';
import type { NodeConfig } from './config.ts';
import { openNodeStore } from './node-store.ts';

/**
 * Makes a token in the store of a node that is stopped: the way back for whoever has lost every supervisor's token.
 * Whoever can read the store's files may do anything with them, so this opens nothing that was shut.
 * @throws FolderLockError FOLDER_IN_USE while the node runs; StoreError; PortalError as `createToken`
 */
export async function makeTokenOffline(
  config: NodeConfig,
  holder: Holder,
  { clock, log }: { clock: Clock; log: Log },
): Promise<string> {
  const lock = lockFolder(config.dataFolder);
  try {
    const store = await openNodeStore(config, { log });
    try {
      return await createToken(holder, { actor: 'node', role: 'node' }, { store, clock });
    } finally {
      await store.close();
    }
  } finally {
    lock.release();
  }
}
