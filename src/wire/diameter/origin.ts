/** Who sends a message: three AVPs that nearly every message has. */
export interface Origin {
  readonly originHost: string;
  readonly originRealm: string;
  readonly originStateId?: number;
}
