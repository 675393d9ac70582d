import Type from 'typebox';

/** What the API answers. A property that is not here is not sent. */
export const Entry = Type.Object({ member: Type.String(), index: Type.Integer() });

const Warning = Type.Object({ code: Type.String(), field: Type.String(), imei: Type.String() });
const Quarantined = Type.Optional(
  Type.Boolean({
    description: 'It is beyond the budget of this member: in force nowhere until a register or regulator confirms it.',
  }),
);
const ReleaseWaiting = Type.Optional(
  Type.Boolean({ description: 'Its member has released it: gates act on that once witnesses have seen it.' }),
);
const Stated = Type.Object({ kind: Type.String(), entry: Entry, quarantined: Quarantined });

export const CaseAnswer = Type.Object({
  case: Type.String(),
  status: Type.String(),
  warnings: Type.Array(Warning),
  entries: Type.Array(Stated, { description: 'Where each statement of this decision stands in the log.' }),
});

export const ImportAnswer = Type.Object({
  reported: Type.Integer(),
  refused: Type.Integer(),
  rows: Type.Array(
    Type.Object({
      row: Type.Integer(),
      line: Type.Integer(),
      status: Type.String({ description: 'reported, or refused' }),
      case: Type.Optional(Type.String()),
      warnings: Type.Optional(Type.Array(Warning)),
      entries: Type.Optional(Type.Array(Stated)),
      fault: Type.Optional(Type.Object({ code: Type.String() }, { additionalProperties: true })),
    }),
  ),
});

const SUMMARY = {
  case: Type.String(),
  kind: Type.String(),
  status: Type.String(),
  createdAt: Type.String(),
  createdBy: Type.String(),
  occurredAt: Type.Optional(Type.String()),
  statements: Type.Array(
    Type.Object({
      kind: Type.String(),
      imei: Type.Optional(Type.String()),
      tac: Type.Optional(Type.String()),
      from: Type.Optional(Type.String()),
      to: Type.Optional(Type.String()),
      reason: Type.Optional(Type.String()),
      standing: Type.Boolean({ description: 'Gates act on it.' }),
      overruled: Type.Optional(Type.Boolean({ description: 'A regulator has ended it.' })),
      struckBy: Type.Optional(Type.Array(Type.String(), { description: 'Members that have struck it.' })),
      lapsed: Type.Optional(Type.Boolean({ description: 'For another reason the logs hold it no more.' })),
      quarantined: Quarantined,
      releaseWaiting: ReleaseWaiting,
      entry: Type.Optional(Entry),
      endedAt: Type.Optional(Type.String()),
      endReason: Type.Optional(Type.String()),
      endEntry: Type.Optional(Entry),
    }),
  ),
};

export const CaseDetail = Type.Object({
  ...SUMMARY,
  place: Type.Optional(Type.String()),
  policeReference: Type.Optional(Type.String()),
  note: Type.Optional(Type.String()),
  imsi: Type.Optional(Type.String()),
  requester: Type.Optional(
    Type.Object({
      name: Type.Optional(Type.String()),
      contact: Type.Optional(Type.String()),
      relation: Type.Optional(Type.String()),
      rightChecked: Type.Optional(Type.String()),
    }),
  ),
});

export const CasePage = Type.Object({
  cases: Type.Array(Type.Object(SUMMARY)),
  next: Type.Optional(Type.String({ description: 'Ask for the page `before` this one.' })),
});

export const JournalPage = Type.Object({
  actions: Type.Array(
    Type.Object({
      sequence: Type.Integer(),
      at: Type.String(),
      actor: Type.String(),
      role: Type.String(),
      action: Type.String(),
      case: Type.Optional(Type.String()),
      detail: Type.Object({}, { additionalProperties: true }),
    }),
  ),
  next: Type.Optional(Type.Integer({ description: 'Ask for the page `after` this one.' })),
});

const NamedEntries = Type.Array(Entry);

/** How one gate answers, and why. */
const GateAnswer = Type.Object({
  gate: Type.String(),
  answer: Type.String({ description: 'What the network is told.' }),
  verdict: Type.String({ description: 'What it would be told without shadow mode.' }),
  shadow: Type.Boolean(),
  decidedBy: Type.String(),
  steps: Type.Array(
    Type.Object({ name: Type.String(), decides: Type.Boolean(), says: Type.String(), entries: NamedEntries }),
  ),
  statements: Type.Array(
    Type.Object({
      member: Type.String(),
      index: Type.Integer(),
      scope: Type.String(),
      kind: Type.String(),
      reason: Type.String(),
      countsAs: Type.String(),
      quarantined: Type.Boolean(),
      stale: Type.Boolean(),
      logAgeMs: Type.Optional(Type.Number()),
    }),
  ),
});

export const DeviceCheck = Type.Object({
  imei: Type.String(),
  gates: Type.Array(GateAnswer),
  entries: Type.Array(
    Type.Object({
      member: Type.String(),
      index: Type.Integer(),
      statedAt: Type.String(),
      kind: Type.String(),
      reason: Type.Optional(Type.String()),
      imei: Type.Optional(Type.String()),
      tac: Type.Optional(Type.String()),
      from: Type.Optional(Type.String()),
      to: Type.Optional(Type.String()),
      occurredAt: Type.Optional(Type.String()),
      reference: Type.Optional(Type.String({ description: 'The case number at the member that stated it.' })),
      releaseWaiting: ReleaseWaiting,
    }),
  ),
  missingEpoch: Type.Optional(
    Type.Integer({
      description:
        'The newest epoch, where this node holds no key of it: what is stated since counts for nothing here.',
    }),
  ),
});

export const RefusalPage = Type.Object({
  refusals: Type.Array(
    Type.Object({
      at: Type.String(),
      gate: Type.String(),
      imei: Type.String(),
      imsi: Type.String(),
      answer: Type.String(),
      shadow: Type.Boolean(),
      caller: Type.String(),
      entries: NamedEntries,
      decidedBy: Type.Optional(Type.String({ description: 'The step that decided, where no entry says why.' })),
    }),
  ),
});

export const TokenAnswer = Type.Object({
  name: Type.String(),
  role: Type.String(),
  createdAt: Type.String(),
  createdBy: Type.String(),
  revokedAt: Type.Optional(Type.String()),
  lastUsedDay: Type.Optional(Type.String()),
});
export const TokenList = Type.Object({ tokens: Type.Array(TokenAnswer) });
export const TokenSecret = Type.Object({
  name: Type.String(),
  role: Type.String(),
  token: Type.String({ description: 'Shown once and kept nowhere.' }),
});

export const MemberList = Type.Object({
  members: Type.Array(
    Type.Object({
      name: Type.String(),
      roles: Type.Array(Type.String()),
      size: Type.Integer({ description: 'Entries of its log that this node has verified.' }),
      verifiedAt: Type.Optional(Type.String({ description: 'When its log was last verified to be current.' })),
      fault: Type.Optional(Type.String({ description: 'The code of what is wrong with its log.' })),
    }),
  ),
});

export const Problem = Type.Object(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String({ description: 'What the caller can do.' }),
    code: Type.String({ description: 'Stable: docs/errors.md lists them all.' }),
  },
  {
    $id: 'Problem',
    additionalProperties: true,
    description: 'RFC 9457; the facts of the code are members of their own.',
  },
);
