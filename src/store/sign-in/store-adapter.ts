import type { BetterAuthOptions } from 'better-auth';
import type { DBAdapter } from 'better-auth/types';
import type { Store } from '../store.ts';

/**
 * The sign-in library on the desks' own database: each of its questions is one transaction of the store, so it waits
 * its turn behind the desks' writes and is as durable as they are.
 */
export function storeAdapter(store: Store): (options: BetterAuthOptions) => DBAdapter {
  return (options) => {
    const reading = async <T>(work: (adapter: DBAdapter) => Promise<T>): Promise<T> =>
      store.read(async ({ signIn }) => work(await signIn.adapter(options)));
    const writing = async <T>(work: (adapter: DBAdapter) => Promise<T>): Promise<T> =>
      store.write(async ({ signIn }) => work(await signIn.adapter(options)));
    const adapter: DBAdapter = {
      id: 'store',
      findOne: (data) => reading((tables) => tables.findOne(data)),
      findMany: (data) => reading((tables) => tables.findMany(data)),
      count: (data) => reading((tables) => tables.count(data)),
      create: (data) => writing((tables) => tables.create(data)),
      update: (data) => writing((tables) => tables.update(data)),
      updateMany: (data) => writing((tables) => tables.updateMany(data)),
      delete: (data) => writing((tables) => tables.delete(data)),
      deleteMany: (data) => writing((tables) => tables.deleteMany(data)),
      consumeOne: (data) => writing((tables) => tables.consumeOne(data)),
      incrementOne: (data) => writing((tables) => tables.incrementOne(data)),
      // One question a transaction: holding the store's only write while a password is hashed would stop every desk.
      transaction: (work) => work(adapter),
    };
    return adapter;
  };
}
