import type { Clock } from '../../base/clock.ts';
import { Fault } from '../../base/fault.ts';
import type { Log } from '../../base/log.ts';
import type { Archive } from '../../records/archive/archive.ts';
import { findPaymentCells, findUnknownCells, type Span } from '../../records/archive/cell-evidence.ts';
import type { Store } from '../../store/store.ts';
import type { CellWatchConfig } from './config.ts';
import type { CellFinding } from './finding.ts';
import { inventoryFindings } from './inventory-rule.ts';
import { victimsFindings } from './victims-rule.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** What one run looked at, and found. */
export interface WatchRun {
  readonly findings: readonly CellFinding[];
  /** Earlier findings of the same rule that no longer hold. */
  readonly withdrawn: number;
  /** Disputed payments that the archive does not have. */
  readonly paymentsUnknown: number;
  /** Files of events that cannot be read: what they hold was not looked at. */
  readonly damaged: readonly string[];
}

export interface CellWatchDependencies {
  readonly archive: Archive;
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
}

/** Finds cells that do not belong in this network. It accuses; what follows is for people to decide. */
export class CellWatch {
  readonly #config: CellWatchConfig;
  readonly #dependencies: CellWatchDependencies;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<unknown> = Promise.resolve();

  constructor(config: CellWatchConfig, dependencies: CellWatchDependencies) {
    this.#config = config;
    this.#dependencies = dependencies;
  }

  /** Begins to look by itself, where the configuration says how often. */
  start(): void {
    const { intervalMinutes, lookBackHours } = this.#config;
    if (intervalMinutes === undefined) return;
    this.#timer = setInterval(() => {
      const untilMs = this.#dependencies.clock.nowMs();
      this.#running = this.run({ sinceMs: untilMs - lookBackHours * HOUR_MS, untilMs }).catch((error: unknown) => {
        const code = error instanceof Fault ? (error as Fault).facts.code : 'INTERNAL';
        this.#dependencies.log.error({ code }, 'cells were not held against the inventory');
      });
    }, intervalMinutes * MINUTE_MS);
    this.#timer.unref();
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#running;
  }

  /**
   * Looks at a span of time: at the cells seen in it, and with disputed payments at where those lines were before.
   * @param disputed payments, by their identity in the records
   * @throws ArchiveError, StoreError
   */
  async run({ disputed = [], ...span }: Span & { disputed?: readonly string[] }): Promise<WatchRun> {
    const { findings: byInventory, damaged } = await this.#holdAgainstInventory(span);
    const { findings: byVictims, paymentsUnknown } = await this.#followVictims(span, disputed);
    const seenMs = this.#dependencies.clock.nowMs();
    const findings = [...byInventory, ...byVictims];
    // What was not looked at does not acquit.
    const withdrawnFromMs = damaged.length === 0 ? span.sinceMs : Infinity;
    const withdrawn = await this.#keep(findings, { seenMs, withdrawnFromMs });
    return { findings, withdrawn, paymentsUnknown, damaged };
  }

  async #holdAgainstInventory(span: Span): Promise<{ findings: CellFinding[]; damaged: readonly string[] }> {
    const { archive } = this.#dependencies;
    const { cells, damaged } = await findUnknownCells(archive, span);
    const { asOfMs } = (await archive.inventories()).at(-1)!;
    const lagHours = this.#config.inventoryLagHours;
    return { findings: inventoryFindings(cells, { asOfMs, lagHours }), damaged };
  }

  async #followVictims(
    span: Span,
    disputed: readonly string[],
  ): Promise<{ findings: CellFinding[]; paymentsUnknown: number }> {
    if (disputed.length === 0) return { findings: [], paymentsUnknown: 0 };
    const { windowMinutes } = this.#config;
    const options = { ...span, windowMs: windowMinutes * MINUTE_MS, disputed };
    const evidence = await findPaymentCells(this.#dependencies.archive, options);
    return { findings: victimsFindings(evidence, { ...span, windowMinutes }), paymentsUnknown: evidence.unknown };
  }

  #keep(
    findings: readonly CellFinding[],
    { seenMs, withdrawnFromMs }: { seenMs: number; withdrawnFromMs: number },
  ): Promise<number> {
    return this.#dependencies.store.write(async ({ cellFindings }) => {
      for (const { evidence, ...finding } of findings) {
        await cellFindings.keep({
          ...finding,
          evidence: JSON.stringify(evidence),
          foundMs: seenMs,
          seenMs,
          withdrawnMs: null,
        });
      }
      if (withdrawnFromMs === Infinity) return 0;
      return cellFindings.withdraw('not-in-inventory', { seenMs, sinceMs: withdrawnFromMs });
    });
  }
}
