/**
 * Who holds a token. People: `agent`, `supervisor`, `auditor`, `privacy-officer` (sees who looked at whom). Programs:
 * `firm` (a sender of bulk text, for its own affairs), `merchant` (asks the payment gate), `feed` (delivers records).
 */
export const DESK_ROLES = ['agent', 'supervisor', 'auditor', 'privacy-officer', 'firm', 'merchant', 'feed'] as const;
export type DeskRole = (typeof DESK_ROLES)[number];

/** Who may do what. Every route under `/v1` that asks for a token names one of these actions. */
export const PERMISSIONS = {
  'cases.report': ['agent', 'supervisor'],
  'cases.import': ['agent', 'supervisor'],
  'cases.release': ['agent', 'supervisor'], // what lists more than single devices: supervisors only, the desk sees to it
  'cases.read': ['agent', 'supervisor', 'auditor'],
  'cases.correct': ['supervisor'],
  'cases.history': ['supervisor', 'auditor'],
  'devices.check': ['agent', 'supervisor', 'auditor'],
  'listings.state': ['supervisor'],
  'pairings.state': ['supervisor'],
  'override.set': ['supervisor'],
  'entries.overrule': ['supervisor'],
  'journal.read': ['supervisor', 'auditor', 'privacy-officer'], // who looked at whom stands in it
  'refusals.read': ['supervisor', 'auditor'],
  'standing.digest': ['supervisor', 'auditor'], // it reads all of standing: not for everybody's asking
  'tokens.change': ['supervisor'],
  'tokens.read': ['supervisor', 'auditor'],
  'users.change': ['supervisor'],
  'users.read': ['supervisor', 'auditor'],
  'sessions.read': DESK_ROLES,
  'requests.read': ['agent', 'supervisor', 'auditor'],
  'requests.decide': ['agent', 'supervisor'],
  'firms.own': ['firm'],
  'firms.renew-token': ['supervisor'],
  'applications.make': ['firm'],
  'applications.read': ['firm', 'agent', 'supervisor', 'auditor'], // a firm: its own, the desk sees to it
  'applications.review': ['agent', 'supervisor'],
  'applications.decide': ['supervisor'],
  'evidence.add': ['firm', 'agent', 'supervisor'],
  'evidence.read': ['firm', 'agent', 'supervisor', 'auditor'],
  'certificates.read': ['agent', 'supervisor', 'auditor'],
  'certificates.change': ['supervisor'],
  'numbers.register': ['firm'],
  'numbers.read': ['firm', 'agent', 'supervisor', 'auditor'],
  'numbers.decide': ['supervisor'],
  'proposals.make': ['agent', 'supervisor', 'feed'],
  'proposals.read': ['agent', 'supervisor', 'auditor'],
  'proposals.decide': ['supervisor'],
  'cells.distrust': ['supervisor'],
  'cells.read': ['agent', 'supervisor', 'auditor'],
  'cells.watch': ['supervisor'],
  'exposed.make': ['supervisor'],
  'exposed.read': ['agent', 'supervisor', 'auditor', 'privacy-officer'], // counts and hashes, nobody's number
  'exposed.people': ['supervisor', 'privacy-officer'],
  'records.search': ['supervisor', 'privacy-officer'],
  'attaches.deliver': ['feed'],
  'spam.report': ['agent', 'supervisor', 'feed'],
  'spam.sight': ['feed'],
  'campaigns.read': ['agent', 'supervisor', 'auditor'],
  'incidents.open': ['supervisor'],
  'incidents.read': ['agent', 'supervisor', 'auditor', 'privacy-officer'],
  'incidents.change': ['supervisor'],
  'notices.send': ['supervisor'],
  'open-rights.read': ['agent', 'supervisor', 'privacy-officer'],
  'incident-requests.take': ['agent', 'supervisor'],
  'incident-requests.judge': ['supervisor'],
  'lines.look-up': ['agent', 'supervisor'],
  'look-ups.read': ['supervisor', 'privacy-officer'],
  'exchange.read': ['supervisor', 'auditor'],
  'exchange.change': ['supervisor'],
  'pledges.report': ['supervisor', 'auditor'],
  'receipts.give': ['agent', 'supervisor'],
  'files.seal': ['agent', 'supervisor'],
  'files.prove': ['agent', 'supervisor', 'auditor'],
  'anchors.state': ['supervisor'],
  'quarantine.read': ['agent', 'supervisor', 'auditor'],
  'quarantine.open': ['supervisor', 'auditor'], // devices stand in it
  'quarantine.decide': ['supervisor'], // which members may, the desk sees to
  'lines.show': ['agent', 'supervisor'],
  'lines.protect': ['agent', 'supervisor'],
  'lines.unprotect': ['supervisor'],
  'lines.block': ['agent', 'supervisor'],
  'lines.unblock': ['agent', 'supervisor'], // two people, the second a supervisor: the desk sees to it
  'lines.prioritise': ['supervisor'],
  'lines.enrol': ['agent', 'supervisor'],
  'payments.read': ['agent', 'supervisor'],
  'payments.judge': ['supervisor'],
} as const satisfies Record<string, readonly DeskRole[]>;
export type Action = keyof typeof PERMISSIONS;

export function mayDo(role: DeskRole, action: Action): boolean {
  return PERMISSIONS[action].some((allowed) => allowed === role);
}
