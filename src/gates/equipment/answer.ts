/** The interfaces on which a network asks. */
export const GATES = ['s13', 'n5g-eir'] as const;
export type GateName = (typeof GATES)[number];

/** The first three are numbered as Equipment-Status is (TS 29.272 clause 7.3.51). */
export const EQUIPMENT_ANSWER = { allowed: 0, blocked: 1, tracked: 2, unknown: 3 } as const;
export type EquipmentAnswer = (typeof EQUIPMENT_ANSWER)[keyof typeof EQUIPMENT_ANSWER];

/** By number. */
export const ANSWER_NAMES = ['allowed', 'blocked', 'tracked', 'unknown'] as const;
export type AnswerName = (typeof ANSWER_NAMES)[number];
