import { useEffect, useRef, useState } from 'react';
import type { GateKind } from './refusal.ts';

/** Whoever listens to the page hears of new refusals no more often than this. */
const ANNOUNCE_INTERVAL_MS = 10_000;

/** How many of each kind are new. Its number tells two announcements of the same counts apart. */
export interface Announcement {
  readonly number: number;
  readonly counts: Readonly<Partial<Record<GateKind, number>>>;
}

/** Brings refusals together into announcements: the first is told at once, those of the next seconds in one. */
export function useAnnouncer(): { announcement: Announcement | undefined; note: (kind: GateKind) => void } {
  const [announcement, setAnnouncement] = useState<Announcement>();
  const counts = useRef<Partial<Record<GateKind, number>>>({});
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const announce = (): void => {
    timer.current = undefined;
    const told = counts.current;
    if (Object.keys(told).length === 0) return;
    counts.current = {};
    setAnnouncement((before) => ({ number: (before?.number ?? 0) + 1, counts: told }));
    timer.current = setTimeout(announce, ANNOUNCE_INTERVAL_MS);
  };
  const note = (kind: GateKind): void => {
    counts.current[kind] = (counts.current[kind] ?? 0) + 1;
    if (timer.current === undefined) announce();
  };
  return { announcement, note };
}
