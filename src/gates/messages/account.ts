import type { AccountConfig, MessageGateConfig } from './config.ts';
import { RateLimit } from './rate-limit.ts';

/** Who may submit: a firm's account, or the operator's own. */
export interface Account {
  /** The system_id. */
  readonly name: string;
  /** Undefined for the operator's own account: nobody certifies an operator, so its notices pass those checks by. */
  readonly certificate: string | undefined;
  /** Put into texts that bear none. A firm's texts bear its own, or are refused. */
  readonly originator: string | undefined;
  /** Across all connections, and HTTP. */
  readonly rate: RateLimit;
  readonly smscs: readonly string[] | undefined;
  readonly config: AccountConfig | undefined;
}

/** No system_id has a space. */
const OWN_NAME = 'own notices';

/** The accounts of the configuration, by each of their names. */
export class Accounts {
  readonly own: Account;
  readonly #bySystemId = new Map<string, Account>();
  readonly #byKeyHash = new Map<string, Account>();

  constructor({ accounts, own }: Pick<MessageGateConfig, 'accounts' | 'own'>) {
    this.own = {
      name: OWN_NAME,
      certificate: undefined,
      originator: own.originator,
      rate: new RateLimit(own.ratePerSecond),
      smscs: undefined,
      config: undefined,
    };
    if (own.httpKeyHash !== undefined) this.#byKeyHash.set(own.httpKeyHash, this.own);
    for (const config of accounts) {
      const { systemId, certificate, ratePerSecond, smscs, httpKeyHash } = config;
      const account = {
        name: systemId,
        certificate,
        originator: undefined,
        rate: new RateLimit(ratePerSecond),
        smscs,
        config,
      };
      this.#bySystemId.set(systemId, account);
      if (httpKeyHash !== undefined) this.#byKeyHash.set(httpKeyHash, account);
    }
  }

  bySystemId(systemId: string): Account | undefined {
    return this.#bySystemId.get(systemId);
  }

  byKeyHash(hash: string): Account | undefined {
    return this.#byKeyHash.get(hash);
  }
}
