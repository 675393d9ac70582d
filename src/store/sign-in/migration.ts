import type { CreateTableBuilder, Kysely } from 'kysely';
import type { Engine } from '../migrations.ts';
import type { Schema } from '../schema.ts';
import { SIGN_IN_COLUMNS, type SignInColumn } from './schema.ts';

/** SQLite has neither booleans nor times: the library's adapter writes 0 or 1, and RFC 3339 text. */
const TYPE = {
  sqlite: { text: 'text', unique: 'text', link: 'text', number: 'integer', boolean: 'integer', time: 'text' },
  postgres: { text: 'text', unique: 'text', link: 'text', number: 'integer', boolean: 'boolean', time: 'timestamptz' },
} as const satisfies Record<Engine, Record<SignInColumn, string>>;

export async function createSignIn({ schema }: Kysely<Schema>, engine: Engine): Promise<void> {
  for (const [table, columns] of Object.entries(SIGN_IN_COLUMNS)) {
    let builder: CreateTableBuilder<string> = schema
      .createTable(table)
      .addColumn('id', 'text', (column) => column.primaryKey());
    for (const [name, kind] of Object.entries(columns)) builder = addColumn(builder, name, { kind, engine });
    await builder.execute();
  }
}

function addColumn(
  builder: CreateTableBuilder<string>,
  name: string,
  { kind, engine }: { kind: SignInColumn; engine: Engine },
): CreateTableBuilder<string> {
  return builder.addColumn(name.replace('?', ''), TYPE[engine][kind], (column) => {
    const present = name.endsWith('?') ? column : column.notNull();
    if (kind === 'unique') return present.unique();
    return kind === 'link' ? present.references('signInUsers.id').onDelete('cascade') : present;
  });
}
