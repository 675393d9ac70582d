import Type from 'typebox';

/** Characters of a text: some twenty short messages. */
export const TEXT_LENGTH_MAX = 2_000;
export const IDEMPOTENCY_KEY_LENGTH_MAX = 64;

export const MessageBody = Type.Object(
  {
    from: Type.String({ pattern: '^\\+?[0-9-]{3,20}$', description: 'the sender number' }),
    to: Type.String({ pattern: '^\\+?[0-9]{3,20}$' }),
    text: Type.String({ minLength: 1, maxLength: TEXT_LENGTH_MAX }),
    originator: Type.Optional(
      Type.String({ pattern: '^[0-9]{1,16}$', description: 'the originator code, nine digits' }),
    ),
    customer: Type.Optional(Type.String({ pattern: '^[!-~]{1,64}$', description: 'whom the text is sent for' })),
  },
  { additionalProperties: false },
);

export const MessageHeaders = Type.Object({
  'idempotency-key': Type.Optional(Type.String({ pattern: `^[!-~]{1,${IDEMPOTENCY_KEY_LENGTH_MAX}}$` })),
});

export const MessageAnswer = Type.Object(
  {
    messageId: Type.String(),
    state: Type.String(),
    atMs: Type.Integer({ description: 'since when, in ms since 1970' }),
  },
  { additionalProperties: false },
);

export const MessagePath = Type.Object({ messageId: Type.String({ maxLength: 64 }) });
