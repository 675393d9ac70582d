import { type Change, type MemberFields, type NextLogKey, TAG_KEY_NUMBER } from '../../governance/change.ts';
import type { Constitution } from '../../governance/constitution.ts';
import type { Budget, SharedPolicy } from '../../governance/consortium.ts';
import { counted } from '../text.ts';

/** What a change does, in words for the people who sign it: one line each. */
export function changeWords(change: Change): string[] {
  switch (change.kind) {
    case 'member.admitted': {
      const { name, roles, url } = change.member;
      return [`Admit ${name} as a member: ${rolesText(roles)}, at ${url}.`, ...memberKeysWords(change.member)];
    }
    case 'member.suspended':
      return [`Suspend ${change.member}: what its log says from entry ${change.logSize} on does not count.`];
    case 'member.removed':
      return [
        `Remove ${change.member} for ever: what its log says from entry ${change.logSize} on does not count.`,
        'Open a new epoch afterwards, or it goes on reading with the key that it has.',
      ];
    case 'member.reinstated':
      return [
        `Reinstate ${change.member}: all that its log says counts again.`,
        'Grant it the epochs afterwards that were opened meanwhile.',
      ];
    case 'member.roles':
      return [`Give ${change.member} the roles: ${rolesText(change.roles)}.`];
    case 'member.url':
      return [`Find ${change.member} at ${change.url}.`];
    case 'member.keys':
      return keysWords(change);
    case 'keeper.changed':
      return [`Let ${change.member} keep the governance log.`, logKeyWords('the governance log', change.log)];
    case 'epoch.opened':
      return [
        `Open epoch ${change.number}: members seal under its key from now on.`,
        `  wrapped for ${[...change.wraps.keys()].join(', ')}`,
        `  key digest ${change.keyDigest}`,
      ];
    case 'epoch.granted':
      return [`Give the ${sharedKeyWords(change.number)} to ${[...change.wraps.keys()].join(', ')}.`];
    case 'epoch.ended':
      return [
        `End epoch ${change.number}: what active members have in force has been stated anew, and every node destroys its key.`,
        ...[...change.restated].map(
          ([member, size]) => `  what the log of ${member} states anew below entry ${size} holds`,
        ),
      ];
    case 'budget.set':
      return [
        change.budget === undefined
          ? `Let the budget of ${change.member} be the learned one.`
          : `Set the budget of ${change.member}: ${budgetWords(change.budget)}.`,
      ];
    case 'policy.set':
      return ['Set the policy:', ...policyWords(change.policy)];
  }
}

function memberKeysWords({
  logKey,
  ownLogKey,
  witnessKey,
  governanceKey,
  sealingKey,
  certificates,
}: MemberFields): string[] {
  return [
    `  its log          ${logKey}`,
    `  its own log      ${ownLogKey}`,
    `  its witness      ${witnessKey}`,
    `  its voice        ${governanceKey}`,
    `  its sealing key  ${sealingKey}`,
    ...certificatesWords(certificates),
  ];
}

function certificatesWords(certificates: readonly string[]): string[] {
  return certificates.length === 0
    ? ['  no certificate']
    : certificates.map((digest) => `  a certificate    ${digest}`);
}

function sharedKeyWords(number: number): string {
  return number === TAG_KEY_NUMBER ? 'tag key' : `key of epoch ${number}`;
}

function keysWords({ member, keys }: Extract<Change, { kind: 'member.keys' }>): string[] {
  const { log, ownLog, witness, governance, sealing, certificates } = keys;
  const lines = [
    log && logKeyWords('its shared log', log),
    log?.root &&
      `  of what was signed of it before, only the tree of ${log.fromSize - 1} entries with the root ${log.root} counts`,
    ownLog && `  its own log      ${ownLog}`,
    ...(witness ?? []).map((vkey) => `  its witness      ${vkey}`),
    governance && `  its voice        ${governance}`,
    sealing && `  its sealing key  ${sealing}: grant it the open epochs anew`,
    ...(certificates === undefined ? [] : certificatesWords(certificates)),
  ];
  const names = Object.entries({ log, 'own-log': ownLog, witness, governance, sealing, certificates })
    .filter(([, exchanged]) => exchanged !== undefined)
    .map(([name]) => name);
  return [
    `Exchange keys of ${member} (${names.join(', ')}):`,
    ...lines.filter((line) => line !== undefined && line !== ''),
  ] as string[];
}

function logKeyWords(what: string, { vkey, fromSize, toSize }: NextLogKey): string {
  return `  ${what}: ${vkey} signs from size ${fromSize} on, the one before it below ${toSize}`;
}

/** What founders sign. */
export function constitutionWords({ name, keeper, members, policy, logKey, epoch, tagKey }: Constitution): string[] {
  return [
    `Found the consortium ${name} with ${counted(members.length, 'member')}:`,
    ...members.flatMap((member) => [
      `  ${member.name} (${rolesText(member.roles)}) at ${member.url}`,
      ...memberKeysWords(member).map((line) => `  ${line}`),
    ]),
    `${keeper} keeps the governance log: ${logKey}`,
    ...policyWords(policy),
    `Epoch 1, wrapped for ${[...epoch.wraps.keys()].join(', ')}; key digest ${epoch.keyDigest}`,
    `The tag key, wrapped for the same; key digest ${tagKey.keyDigest}`,
  ];
}

export function policyWords({
  threshold,
  faultyWitnesses,
  witnesses,
  anchorIntervalSeconds,
  budgetFloor,
}: SharedPolicy): string[] {
  return [
    `  ${counted(threshold, 'member has', 'members have')} to sign a change`,
    `  ${witnesses === undefined ? 'every active member' : witnesses.join(', ')} ${witnesses === undefined || witnesses.length === 1 ? 'cosigns' : 'cosign'} the others’ logs`,
    `  ${counted(faultyWitnesses, 'witness', 'witnesses')} may be faulty`,
    `  anchors at least every ${anchorIntervalSeconds} s`,
    `  learned budgets give at least ${budgetWords(budgetFloor)}`,
  ];
}

export function budgetWords({ perHour, perDay, perTac }: Budget): string {
  return `${perHour} an hour, ${perDay} a day, ${perTac} of one TAC in a day`;
}

function rolesText(roles: readonly string[]): string {
  return roles.length === 0 ? 'no role' : roles.join(', ');
}
