import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Badge } from '../../parts/badge.tsx';
import { Button } from '../../parts/button.tsx';
import { Choice } from '../../parts/choice.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Page } from '../../parts/page.tsx';
import { GATE_KINDS, type GateKind, keyOf, type Refusal } from './refusal.ts';
import { RefusalTable } from './refusal-table.tsx';
import { type Announcement, useAnnouncer } from './use-announcer.ts';
import { useRefusals } from './use-refusals.ts';

type Shown = GateKind | 'all';

/** What the gates of this member refuse or hold, as it happens. */
export function FeedPage() {
  const { t } = useTranslation();
  const [shown, setShown] = useState<Shown>('all');
  const [frozen, setFrozen] = useState<readonly Refusal[]>();
  const { announcement, note } = useAnnouncer();
  const isShown = (kind: GateKind): boolean => shown === 'all' || shown === kind;
  const { refusals, query, passedOver, isLive } = useRefusals((kind) => {
    if (frozen === undefined && isShown(kind)) note(kind);
  });
  const rows = (frozen ?? refusals).filter(({ gateKind }) => isShown(gateKind));
  return (
    <Page
      title={t('rooms.feed')}
      lead={t('feed.lead')}
      actions={<State isLive={isLive} isPaused={frozen !== undefined} />}
    >
      <div className="feed-controls">
        <Choice
          label={t('feed.show')}
          value={shown}
          onChange={(value) => setShown(value as Shown)}
          options={[
            { value: 'all', text: t('feed.all') },
            ...GATE_KINDS.map((kind) => ({ value: kind, text: t(`feed.kinds.${kind}`) })),
          ]}
        />
        <div className="feed-pause">
          {frozen !== undefined && <span>{t('feed.waiting', { number: newSince(frozen, refusals, isShown) })}</span>}
          <Button look="plain" onPress={() => setFrozen(frozen === undefined ? refusals : undefined)}>
            {frozen === undefined ? t('feed.pause') : t('feed.resume')}
          </Button>
        </div>
      </div>
      <Heard announcement={announcement} />
      {[...passedOver].filter(isShown).map((kind) => (
        <p key={kind} className="feed-note">
          {t('feed.passedOver', { kind: t(`feed.kinds.${kind}`) })}
        </p>
      ))}
      <div className="feed">
        <Loaded query={query}>{() => <RefusalTable refusals={rows} />}</Loaded>
      </div>
    </Page>
  );
}

function State({ isLive, isPaused }: { isLive: boolean; isPaused: boolean }) {
  const { t } = useTranslation();
  if (isPaused) return <Badge tone="calm">{t('feed.paused')}</Badge>;
  return isLive ? <Badge tone="good">{t('feed.live')}</Badge> : <Badge tone="wait">{t('feed.connecting')}</Badge>;
}

/** For those who do not see the lines come: how many are new, and not each. */
function Heard({ announcement }: { announcement: Announcement | undefined }) {
  const { t } = useTranslation();
  const counts = GATE_KINDS.flatMap((kind) => {
    const number = announcement?.counts[kind];
    return number === undefined ? [] : [t('feed.heardOf', { kind: t(`feed.kinds.${kind}`), number })];
  });
  return (
    <p className="visually-hidden" role="status">
      {counts.length > 0 && <span key={announcement?.number}>{t('feed.heard', { counts: counts.join(', ') })}</span>}
    </p>
  );
}

function newSince(
  frozen: readonly Refusal[],
  refusals: readonly Refusal[],
  isShown: (kind: GateKind) => boolean,
): number {
  const known = new Set(frozen.map(keyOf));
  return refusals.filter((refusal) => isShown(refusal.gateKind) && !known.has(keyOf(refusal))).length;
}
