import type { Clock } from '../../base/clock.ts';
import type { LineBindingsReader } from '../../standing/line-bindings.ts';
import type { StandingReader } from '../../standing/reader.ts';
import { EquipmentChecker } from './check.ts';
import type { EquipmentPolicy } from './config.ts';
import { CompiledPolicy, type PolicyMember } from './policy.ts';

export interface ExplainerOptions {
  readonly policy: EquipmentPolicy;
  readonly members: readonly PolicyMember[];
  readonly memberNumber: number;
  readonly pairingKey: Uint8Array;
}

/** Tells people what the gates answer and why, in a thread of its own choice: it counts nothing and records nothing. */
export function createExplainer(
  { policy, members, memberNumber, pairingKey }: ExplainerOptions,
  { standing, bindings, clock }: { standing: StandingReader; bindings?: LineBindingsReader; clock: Clock },
): Pick<EquipmentChecker, 'explain' | 'accept'> {
  const compiled = new CompiledPolicy(policy, members);
  return new EquipmentChecker(
    { policy: compiled, ownMember: memberNumber, pairingKey },
    { standing, bindings, clock, counters: { countCheck() {}, countVerdict() {} }, onSighting() {} },
  );
}
