import type { Clock } from '../../base/clock.ts';
import { Fault } from '../../base/fault.ts';
import type { Log } from '../../base/log.ts';
import type { Decision, Decisions, DeskRequest } from '../../desks/decisions/decision.ts';
import { CampaignBook } from './campaign-book.ts';
import type { CampaignRules } from './config.ts';
import { type ImportAnswer, importAnswer, judgeRow, reportsOf } from './importing.ts';
import { type ProposeSuspension, proposeOver } from './proposals.ts';
import { CampaignReading } from './reading.ts';
import { type FindFirm, readReport, type ReportForm, type SpamReport } from './report.ts';
import { readReportFile } from './report-file.ts';
import { HOUR_MS, type Sighting } from './sighting.ts';
import { SpamError } from './spam-fault.ts';
import { type ReportResult, type TakenIn, takeReports, takeSightings } from './taking-in.ts';

/** Reports in one request; a file holds more. */
export const REPORTS_PER_REQUEST_MAX = 100;
/** How often texts past their time are let go of, and proposals that the desk could not take are tried again. */
const TIDY_INTERVAL_MS = 60_000;
const DAY_MS = 24 * HOUR_MS;

export interface SpamLineDependencies {
  readonly decisions: Decisions;
  readonly findFirm: FindFirm;
  readonly propose: ProposeSuspension;
  readonly clock: Clock;
  readonly log: Log;
}

/** Takes in reports and sightings, finds campaigns across firms, and proposes suspensions. */
export class SpamLine {
  readonly reading: CampaignReading;
  readonly #rules: CampaignRules;
  readonly #deps: SpamLineDependencies;
  readonly #book = new CampaignBook();
  /** Campaigns that grew and were not looked at since. */
  readonly #grown = new Set<number>();
  #judging: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;

  private constructor(rules: CampaignRules, deps: SpamLineDependencies) {
    this.#rules = rules;
    this.#deps = deps;
    this.reading = new CampaignReading(rules, deps);
  }

  /** Takes up where the last run ended: a campaign that was over the threshold then is proposed now. */
  static async open(rules: CampaignRules, deps: SpamLineDependencies): Promise<SpamLine> {
    const line = new SpamLine(rules, deps);
    const { store } = deps.decisions;
    const sinceMs = deps.clock.nowMs() - rules.windowHours * HOUR_MS;
    await store.read((tables) => line.#book.load(tables));
    for (const id of await store.read(({ spam }) => spam.campaigns.reportedSince(sinceMs, rules.reportsMin))) {
      line.#grown.add(id);
    }
    line.#timer = setInterval(() => void line.tidy(), TIDY_INTERVAL_MS).unref();
    return line;
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#judging;
  }

  /** Fingerprints that campaigns are known by. */
  get shapes(): number {
    return this.#book.size;
  }

  /** Records one report or several: all, or none where one is wrong. @throws SpamError with the place in `field` */
  async report(forms: readonly ReportForm[], request: DeskRequest): Promise<{ reports: readonly ReportResult[] }> {
    const nowMs = this.#deps.clock.nowMs();
    const reports = forms.map((form, place) => this.#readReport(form, `reports[${place}]`, nowMs));
    return this.#takeIn(request, async (decision) => {
      const { answer, campaigns } = await takeReports(decision, reports, this.#keeping);
      decision.note('spam.reported', null, { reports: countOf(answer, 'recorded') });
      return { answer: { reports: answer }, campaigns };
    });
  }

  /** Records the reports of a file. @throws CsvFileError; RowsRefused, unless all rows are right or `partial` is chosen */
  async import(bytes: Uint8Array, { partial }: { partial: boolean }, request: DeskRequest): Promise<ImportAnswer> {
    const nowMs = this.#deps.clock.nowMs();
    const rows = readReportFile(bytes).map((row) => judgeRow(row, nowMs, this.#deps.findFirm));
    const reports = reportsOf(rows, { partial });
    return this.#takeIn(request, async (decision) => {
      const { answer, campaigns } = await takeReports(decision, reports, this.#keeping);
      const imported = importAnswer(rows, answer);
      const { recorded, duplicates, refused } = imported;
      decision.note('spam.imported', null, { recorded, duplicates, refused });
      return { answer: imported, campaigns };
    });
  }

  /** Adds what a node counted of passing texts; the same request under the same key is counted once. @throws SpamError */
  async sight(sightings: readonly Sighting[], request: DeskRequest): Promise<{ counted: number; dropped: number }> {
    const latestMs = this.#deps.clock.nowMs() + HOUR_MS;
    const wrong = sightings.findIndex(({ hourMs }) => hourMs % HOUR_MS !== 0 || hourMs > latestMs);
    if (wrong !== -1) {
      const expected = 'the beginning of an hour that is not in the future';
      throw new SpamError({ code: 'FIELD_MALFORMED', field: `sightings[${wrong}].hour`, expected });
    }
    return this.#takeIn(request, async (decision) => takeSightings(decision, sightings, this.#keeping));
  }

  /** Lets go of what is past its time, and looks again at campaigns that wait for it. It reports failures itself. */
  async tidy(): Promise<void> {
    const { decisions, clock, log } = this.#deps;
    const nowMs = clock.nowMs();
    const { windowHours, evidenceDays } = this.#rules;
    try {
      await decisions.store.write(async (tables) => {
        await tables.spam.reports.dropTexts(nowMs - evidenceDays * DAY_MS);
        const forgotten = await tables.spam.campaigns.forget(nowMs - windowHours * HOUR_MS);
        if (forgotten > 0) await this.#book.load(tables);
      });
    } catch (cause) {
      log.error({ code: codeOf(cause) }, 'the spam watch could not be tidied');
    }
    await this.#judge();
  }

  get #keeping(): { book: CampaignBook; keepsText: boolean } {
    return { book: this.#book, keepsText: this.#rules.evidenceDays > 0 };
  }

  #readReport(form: ReportForm, place: string, nowMs: number): SpamReport {
    try {
      return readReport(form, nowMs, this.#deps.findFirm);
    } catch (cause) {
      if (!(cause instanceof SpamError) || !('field' in cause.facts)) throw cause;
      throw new SpamError({ ...cause.facts, field: `${place}.${cause.facts.field}` });
    }
  }

  async #takeIn<T extends object>(request: DeskRequest, work: (decision: Decision) => Promise<TakenIn<T>>): Promise<T> {
    const { decisions } = this.#deps;
    let isTouched = false;
    try {
      const answer = await decisions.decide<T>(request, async (decision) => {
        isTouched = true;
        const taken = await work(decision);
        const reported = await decision.tables.spam.campaigns.withReports(taken.campaigns, this.#rules.reportsMin);
        for (const id of reported) this.#grown.add(id);
        return taken.answer;
      });
      await this.#judge();
      return answer;
    } catch (cause) {
      // What the book took in of a transaction that was not committed is not so.
      if (isTouched) await decisions.store.write((tables) => this.#book.load(tables)).catch(() => undefined);
      throw cause;
    }
  }

  /** Looks at the campaigns that grew, one after the other. */
  #judge(): Promise<void> {
    this.#judging = this.#judging.then(() => this.#judgeAll());
    return this.#judging;
  }

  async #judgeAll(): Promise<void> {
    const { decisions, clock, log, propose } = this.#deps;
    for (const id of Array.from(this.#grown)) {
      this.#grown.delete(id);
      try {
        const deps = { store: decisions.store, nowMs: clock.nowMs(), propose };
        const firms = await proposeOver(id, this.#rules, deps);
        if (firms > 0) log.info({ firms }, 'suspensions were proposed for a spam campaign');
      } catch (cause) {
        this.#grown.add(id);
        log.error({ code: codeOf(cause) }, 'a spam campaign could not be judged; it is tried again');
      }
    }
  }
}

function countOf(results: readonly ReportResult[], status: ReportResult['status']): number {
  return results.filter((result) => result.status === status).length;
}

function codeOf(cause: unknown): string {
  return cause instanceof Fault ? (cause as Fault).facts.code : String(cause);
}
