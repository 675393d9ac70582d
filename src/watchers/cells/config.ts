import Type, { type Static } from 'typebox';

/** How a node watches cells: `watchers.cells` of its configuration. */
export const CellWatchConfig = Type.Object(
  {
    inventoryLagHours: Type.Integer({
      minimum: 0,
      maximum: 24 * 90,
      default: 48,
      description: 'how long a new cell may be on air before the inventory has it',
    }),
    windowMinutes: Type.Integer({
      minimum: 1,
      maximum: 24 * 60,
      default: 30,
      description: 'how long before a payment a cell may have to do with it',
    }),
    intervalMinutes: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 24 * 60,
        description: 'how often cells are held against the inventory; only when asked without it',
      }),
    ),
    lookBackHours: Type.Integer({
      minimum: 1,
      maximum: 24 * 400,
      default: 72,
      description: 'how far back a run looks that nobody asked for',
    }),
  },
  { additionalProperties: false, description: 'finds cells that do not belong in this network' },
);
export type CellWatchConfig = Static<typeof CellWatchConfig>;
