import Type, { type Static } from 'typebox';

/** How a node keeps records in columns: `records.archive` of its configuration. */
export const ArchiveConfig = Type.Object(
  {
    folder: Type.Optional(Type.String({ description: 'under the data folder’s records without it' })),
    threads: Type.Integer({ minimum: 1, maximum: 256, default: 2 }),
    memoryMbMax: Type.Integer({ minimum: 128, maximum: 1_048_576, default: 1_024 }),
    feedFilesMax: Type.Integer({
      minimum: 2,
      maximum: 1_000,
      default: 24,
      description: 'small files of one day before they are merged',
    }),
  },
  { additionalProperties: false, description: 'attach events, payments and the cell inventory, in Parquet files' },
);
export type ArchiveConfig = Static<typeof ArchiveConfig>;
