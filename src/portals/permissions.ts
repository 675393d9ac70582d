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
  'journal.read': ['supervisor', 'auditor'],
  'refusals.read': ['supervisor', 'auditor'],
  'tokens.change': ['supervisor'],
  'tokens.read': ['supervisor', 'auditor'],
} as const satisfies Record<string, readonly DeskRole[]>;
export type Action = keyof typeof PERMISSIONS;

export function mayDo(role: DeskRole, action: Action): boolean {
  return PERMISSIONS[action].some((allowed) => allowed === role);
}
