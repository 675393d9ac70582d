import { createHash } from 'node:crypto';
import type { Clock } from '../../base/clock.ts';
import type { Decisions, DeskRequest } from '../decisions/decision.ts';
import { type Catalogue, type Pledge, readCatalogue } from './catalogue.ts';
import type { PledgesConfig } from './config.ts';
import type { Measures } from './measures.ts';
import { PledgeError } from './pledge-fault.ts';
import { parseQuarter } from './quarter.ts';
import { type LogState, makeReport, reportMarkdown, type SealedReport } from './report.ts';

export interface PledgesDeskDependencies {
  readonly decisions: Decisions;
  readonly clock: Clock;
  /** What the node's parts can say: those that are off are absent. */
  readonly measures: Measures;
  /** Every log that this node has, as it stands now. */
  readonly logStates: () => Promise<readonly LogState[]>;
}

/** What a member has promised, and the report on how it was kept. */
export class PledgesDesk {
  readonly #config: PledgesConfig;
  readonly #deps: PledgesDeskDependencies;

  constructor(config: PledgesConfig, deps: PledgesDeskDependencies) {
    this.#config = config;
    this.#deps = deps;
  }

  /** The catalogue as it stands in its file. @throws PledgeError */
  async catalogue(): Promise<Catalogue & { readonly pledges: readonly Pledge[] }> {
    return readCatalogue(this.#config.catalogueFile);
  }

  /**
   * Computes a quarter's report and seals its digest in the member's own log, so that nobody can say later that it read
   * otherwise. @throws PledgeError, DecisionError, StoreError
   */
  async report({ quarter: name }: { quarter: string }, request: DeskRequest): Promise<SealedReport> {
    const { decisions, clock, measures, logStates } = this.#deps;
    const quarter = parseQuarter(name, this.#config.utcOffset);
    const nowMs = clock.nowMs();
    if (quarter.fromMs > nowMs) throw new PledgeError({ code: 'QUARTER_AHEAD' });
    const about = { catalogue: await this.catalogue(), member: decisions.member, quarter, nowMs };
    const report = await makeReport(about, { measures, logs: await logStates() });
    const json = `${JSON.stringify(report, undefined, 2)}\n`;
    const octets = Buffer.from(json);
    const sha256 = createHash('sha256').update(octets).digest();
    const hex = sha256.toString('hex');
    return decisions.decide<SealedReport>(request, (decision) => {
      const subject = `pledge-report:${quarter.name}`;
      const entry = decision.seal({ kind: 'digest.sealed', subject, sha256, size: octets.length });
      decision.note('pledges.reported', null, { quarter: quarter.name, sha256: hex });
      const markdown = reportMarkdown(report, { sha256: hex });
      return Promise.resolve({ quarter: quarter.name, json, markdown, sha256: hex, entry });
    });
  }
}
