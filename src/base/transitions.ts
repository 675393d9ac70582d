/** Every legal change of a state: from each state, the events that may happen and the state that each leads to. */
export type Transitions<State extends string, Event extends string> = {
  readonly [From in State]: { readonly [Happening in Event]?: State };
};

/** The state that an event leads to, or undefined where it may not happen. */
export function nextState<State extends string, Event extends string>(
  transitions: Transitions<State, Event>,
  state: State,
  event: Event,
): State | undefined {
  const events: Readonly<Partial<Record<string, State>>> = transitions[state];
  return Object.hasOwn(events, event) ? events[event] : undefined;
}
