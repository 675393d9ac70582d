import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useEffectEvent, useMemo, useState } from 'react';
import { getV1RefusalsLatest } from '../../api/generated.ts';
import { type GateKind, latestOf, type Refusal } from './refusal.ts';

/** The browser opens a stream again that breaks, but not one that was refused: we do, after so long. */
const RETRY_MS = 15_000;

/**
 * The latest refusals and those that follow. Whenever the stream opens, the latest are asked for again: what was refused
 * meanwhile is among them.
 */
export function useRefusals(onRefusal: (kind: GateKind) => void) {
  const { arrived, passedOver, opens, hasAnswered, isLive } = useStream(onRefusal);
  const query = useQuery({
    queryKey: ['refusals', opens],
    queryFn: () => getV1RefusalsLatest(),
    enabled: hasAnswered,
    staleTime: 0,
    placeholderData: keepPreviousData,
  });
  const earlier = query.data?.refusals;
  const refusals = useMemo(() => latestOf([...arrived, ...(earlier ?? [])]), [arrived, earlier]);
  return { refusals, query, passedOver, isLive };
}

function useStream(onRefusal: (kind: GateKind) => void) {
  const [arrived, setArrived] = useState<readonly Refusal[]>([]);
  const [passedOver, setPassedOver] = useState<ReadonlySet<GateKind>>(new Set());
  const [opens, setOpens] = useState(0);
  const [attempts, setAttempts] = useState(0);
  const [hasAnswered, setAnswered] = useState(false);
  const [isLive, setLive] = useState(false);
  const tell = useEffectEvent(onRefusal);
  useEffect(() => {
    const source = new EventSource('/v1/refusals/stream');
    let retry: ReturnType<typeof setTimeout> | undefined;
    source.addEventListener('open', () => {
      setAnswered(true);
      setLive(true);
      setOpens((before) => before + 1);
    });
    source.addEventListener('error', () => {
      setAnswered(true);
      setLive(false);
      if (source.readyState === EventSource.CLOSED) {
        retry = setTimeout(() => setAttempts((before) => before + 1), RETRY_MS);
      }
    });
    source.addEventListener('message', ({ data }: MessageEvent<string>) => {
      const refusal = JSON.parse(data) as Refusal;
      setArrived((before) => latestOf([refusal, ...before]));
      tell(refusal.gateKind);
    });
    source.addEventListener('passed-over', ({ data }: MessageEvent<string>) => {
      const { gateKind } = JSON.parse(data) as { gateKind: GateKind };
      setPassedOver((before) => (before.has(gateKind) ? before : new Set([...before, gateKind])));
    });
    return () => {
      clearTimeout(retry);
      source.close();
    };
  }, [attempts]);
  return { arrived, passedOver, opens, hasAnswered, isLive };
}
