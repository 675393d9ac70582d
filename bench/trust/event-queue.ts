interface Event {
  readonly atMs: number;
  readonly order: number;
  readonly happen: () => void;
}

/** What happens when, in simulated time: events of one moment in the order in which they were planned. */
export class EventQueue {
  /** A binary heap: no event is before its parent. */
  readonly #heap: Event[] = [];
  #planned = 0;
  #nowMs = 0;

  get nowMs(): number {
    return this.#nowMs;
  }

  /** @param atMs no earlier than now */
  plan(atMs: number, happen: () => void): void {
    const event = { atMs, order: this.#planned++, happen };
    const heap = this.#heap;
    let at = heap.length;
    for (; at > 0; at = parentOf(at)) {
      const parent = heap[parentOf(at)]!;
      if (!isBefore(event, parent)) break;
      heap[at] = parent;
    }
    heap[at] = event;
  }

  /** Lets everything happen, until nothing is planned or `isOver` says so. */
  run(isOver: () => boolean): void {
    while (this.#heap.length > 0 && !isOver()) {
      const next = this.#takeFirst();
      this.#nowMs = next.atMs;
      next.happen();
    }
  }

  #takeFirst(): Event {
    const heap = this.#heap;
    const first = heap[0]!;
    const last = heap.pop()!;
    if (heap.length > 0) this.#sink(last);
    return first;
  }

  #sink(event: Event): void {
    const heap = this.#heap;
    let at = 0;
    for (let child = 1; child < heap.length; child = 2 * at + 1) {
      const other = heap[child + 1];
      if (other !== undefined && isBefore(other, heap[child]!)) child++;
      if (!isBefore(heap[child]!, event)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = event;
  }
}

function parentOf(at: number): number {
  return (at - 1) >> 1;
}

function isBefore(a: Event, b: Event): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}
