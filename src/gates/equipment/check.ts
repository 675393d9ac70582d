import type { Clock } from '../../base/clock.ts';
import { type ImeiKey, imeiKeyText } from '../../identifiers/imei.ts';
import type { LineBindingsReader } from '../../standing/line-bindings.ts';
import type { MemoryChange } from '../../standing/memory.ts';
import type { StandingReader } from '../../standing/reader.ts';
import type { EntryName } from '../../statements/statement.ts';
import {
  ANSWER_NAMES,
  type AnswerName,
  EQUIPMENT_ANSWER,
  type EquipmentAnswer,
  type GateName,
  GATES,
} from './answer.ts';
import type { GateCounters } from './counters.ts';
import { type Decision, Trial, type TrialOptions, UNDECIDED, type WeighedStatement } from './trial.ts';

interface Step {
  readonly name: string;
  decide(trial: Trial): Decision;
  /** The entries that a decision of this step rests on. */
  entries(trial: Trial, decision: EquipmentAnswer): EntryName[];
}

const NO_ENTRIES = () => [];

const EMERGENCY_OVERRIDE: Step = {
  name: 'emergency override',
  decide: (trial) => (trial.openedBy === -1 ? UNDECIDED : EQUIPMENT_ANSWER.allowed),
  entries: (trial) => (trial.openedBy === -1 ? [] : [trial.nameOwnEntry(trial.openedBy)]),
};

/** A line of this operator that is bound to one device, asked for in another. What is stated of the device lifts nothing. */
const PROTECTED_LINE: Step = {
  name: 'protected line',
  decide: (trial) => (trial.isInWrongDevice ? EQUIPMENT_ANSWER.blocked : UNDECIDED),
  entries: NO_ENTRIES,
};

/** Lifts a refusal or tracking by a later step. A device that nothing is stated about is not known by being paired. */
const PAIRING: Step = {
  name: 'pairing exception',
  decide: (trial) => (isLifted(trial, decideByListings(trial)) ? EQUIPMENT_ANSWER.allowed : UNDECIDED),
  entries: (trial) => trial.pairing(),
};

/** Who saves lives is not cut off for what is stated about a phone: it is tracked, and the desk hears of it. */
const PRIORITY_LINE: Step = {
  name: 'priority line',
  decide: (trial) => (isSpared(trial, decideByListings(trial)) ? EQUIPMENT_ANSWER.tracked : UNDECIDED),
  entries: NO_ENTRIES,
};

/** What comes after the exceptions, in order: the first that decides does. */
const LISTINGS: readonly Step[] = [
  { name: 'IMSI ranges', decide: (trial) => trial.policy.imsiRanges.find(trial.imsi), entries: NO_ENTRIES },
  {
    name: 'exact IMEI',
    decide: (trial) => trial.strongest(true),
    entries: (trial, decision) => trial.entriesFor(decision, true),
  },
  {
    name: 'TAC and ranges',
    decide: (trial) => trial.strongest(false),
    entries: (trial, decision) => trial.entriesFor(decision, false),
  },
  { name: 'default', decide: (trial) => trial.unknown, entries: NO_ENTRIES },
];

/** What they rest on stands in no log: a record names the step. */
const STEPS_WITHOUT_ENTRIES: readonly Step[] = [PROTECTED_LINE, PRIORITY_LINE];
const STEPS: readonly Step[] = [EMERGENCY_OVERRIDE, PROTECTED_LINE, PAIRING, PRIORITY_LINE, ...LISTINGS];

/** What was answered, or in shadow mode would have been, to a device that a network is to refuse or to track. */
export interface Sighting {
  readonly gate: GateName;
  readonly key: ImeiKey | -1;
  /** Digits, or ''. Personal data: for the member's own records only. */
  readonly imsi: string;
  readonly caller: string;
  readonly answer: EquipmentAnswer;
  /** True where the network was told something else. */
  readonly shadow: boolean;
  readonly entries: readonly EntryName[];
  /** The step that decided, where no entry says why. */
  readonly decidedBy?: string;
}

/** An answer told to people, with everything it rests on. */
export interface Explanation {
  readonly gate: GateName;
  /** What the network is told. */
  readonly answer: AnswerName;
  /** What it would be told without shadow mode. */
  readonly verdict: AnswerName;
  readonly shadow: boolean;
  readonly decidedBy: string;
  readonly steps: readonly { name: string; decides: boolean; says: AnswerName | 'nothing'; entries: EntryName[] }[];
  readonly statements: readonly WeighedStatement[];
}

export interface EquipmentCheckerParts {
  readonly standing: StandingReader;
  /** Of the lines that are protected; none are without it. */
  readonly bindings?: LineBindingsReader | undefined;
  readonly clock: Clock;
  readonly counters: Pick<GateCounters, 'countCheck' | 'countVerdict'>;
  /** Called for each answer or verdict of blocked or tracked. It must not wait. */
  readonly onSighting: (sighting: Sighting) => void;
}

/** Answers the gates of one thread. docs/gates/policy.md has the order of the steps. */
export class EquipmentChecker {
  readonly #trial: Trial;
  readonly #parts: EquipmentCheckerParts;

  constructor(options: TrialOptions, parts: EquipmentCheckerParts) {
    this.#trial = new Trial(options, { ...parts, bindings: parts.bindings });
    this.#parts = parts;
  }

  /** Takes what changes of the members: who is new counts from now on, and under which roles. */
  accept(change: MemoryChange): void {
    const { policy } = this.#trial;
    if ('admitted' in change) policy.admit(change.admitted);
    else if ('replaced' in change) policy.takeMembers(change.members);
  }

  /**
   * The answer for a network. It waits for nothing, and allocates nothing unless the device is to be refused or tracked.
   * @param key -1 where the network named no device that has an IMEI
   * @param imsi 5 to 15 digits, or '' when nobody said
   * @param caller who asks, for the record
   * @param unknown what this caller is told when nothing decides; the policy's default when left out
   */
  check(gate: GateName, key: ImeiKey | -1, imsi: string, caller: string, unknown?: EquipmentAnswer): EquipmentAnswer {
    const trial = this.#trial;
    const { counters } = this.#parts;
    const { shadow } = trial.policy;
    const number = gate === 's13' ? 0 : 1;
    trial.begin(number, key, imsi, unknown ?? trial.policy.defaultAt(number));
    const verdict = decide(trial);
    const answer = shadow ? answerInShadow(trial) : verdict;
    counters.countCheck(number, answer);
    if (shadow) counters.countVerdict(number, verdict);
    if (isSighting(verdict) || isSighting(answer)) this.#report(verdict, answer, caller);
    return answer;
  }

  /** The same decision with all its grounds, for people. It is not counted and leaves no record. */
  explain(gate: GateName, key: ImeiKey | -1, imsi: string, unknown?: EquipmentAnswer): Explanation {
    const trial = this.#trial;
    const number = GATES.indexOf(gate);
    trial.begin(number, key, imsi, unknown ?? trial.policy.defaultAt(number));
    const verdict = decide(trial);
    const { shadow } = trial.policy;
    const decisive = decisiveStep(trial, verdict);
    return {
      gate,
      answer: ANSWER_NAMES[shadow ? answerInShadow(trial) : verdict],
      verdict: ANSWER_NAMES[verdict],
      shadow,
      decidedBy: decisive.name,
      steps: STEPS.map((step) => told(step, trial, step === decisive)),
      statements: trial.weighed(),
    };
  }

  #report(verdict: EquipmentAnswer, answer: EquipmentAnswer, caller: string): void {
    const trial = this.#trial;
    // With a default of blocked, shadow mode may refuse what the verdict would let pass.
    const noted = isSighting(verdict) ? verdict : answer;
    const step = isSighting(verdict) ? decisiveStep(trial, verdict) : undefined;
    this.#parts.onSighting({
      gate: GATES[trial.gate]!,
      key: trial.key,
      imsi: trial.imsi,
      caller,
      answer: noted,
      shadow: noted !== answer,
      entries: step?.entries(trial, verdict) ?? [],
      ...(step !== undefined && STEPS_WITHOUT_ENTRIES.includes(step) && { decidedBy: step.name }),
    });
  }
}

/** The digits of a sighting's device, or '' where there is none. */
export function sightedImei({ key }: Sighting): string {
  return key === -1 ? '' : imeiKeyText(key);
}

/** The answer that asking in the order of STEPS gives; the pairing is looked up last, since it is seldom needed. */
function decide(trial: Trial): EquipmentAnswer {
  if (EMERGENCY_OVERRIDE.decide(trial) !== UNDECIDED) return EQUIPMENT_ANSWER.allowed;
  if (PROTECTED_LINE.decide(trial) !== UNDECIDED) return EQUIPMENT_ANSWER.blocked;
  const listed = decideByListings(trial);
  if (isLifted(trial, listed)) return EQUIPMENT_ANSWER.allowed;
  return isSpared(trial, listed) ? EQUIPMENT_ANSWER.tracked : listed;
}

function isSpared(trial: Trial, listed: EquipmentAnswer): boolean {
  return listed === EQUIPMENT_ANSWER.blocked && trial.isPriority;
}

function isLifted(trial: Trial, listed: EquipmentAnswer): boolean {
  return isSighting(listed) && trial.pairing().length > 0;
}

function decideByListings(trial: Trial): EquipmentAnswer {
  for (let step = 0; step < LISTINGS.length; step++) {
    const decision = LISTINGS[step]!.decide(trial);
    if (decision !== UNDECIDED) return decision;
  }
  return trial.unknown;
}

/** As if nothing were listed. The emergency override holds all the same: it was set by hand. */
function answerInShadow(trial: Trial): EquipmentAnswer {
  return EMERGENCY_OVERRIDE.decide(trial) === UNDECIDED ? trial.unknown : EQUIPMENT_ANSWER.allowed;
}

function decisiveStep(trial: Trial, verdict: EquipmentAnswer): Step {
  if (EMERGENCY_OVERRIDE.decide(trial) !== UNDECIDED) return EMERGENCY_OVERRIDE;
  if (PROTECTED_LINE.decide(trial) !== UNDECIDED) return PROTECTED_LINE;
  if (decideByListings(trial) !== verdict) return verdict === EQUIPMENT_ANSWER.allowed ? PAIRING : PRIORITY_LINE;
  return LISTINGS.find((step) => step.decide(trial) !== UNDECIDED)!;
}

function told(step: Step, trial: Trial, decides: boolean): Explanation['steps'][number] {
  const decision = step.decide(trial);
  return {
    name: step.name,
    decides,
    says: decision === UNDECIDED ? 'nothing' : ANSWER_NAMES[decision],
    entries: decision === UNDECIDED ? [] : step.entries(trial, decision),
  };
}

function isSighting(answer: EquipmentAnswer): boolean {
  return answer === EQUIPMENT_ANSWER.blocked || answer === EQUIPMENT_ANSWER.tracked;
}
