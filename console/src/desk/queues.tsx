import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import {
  getV1Applications,
  getV1CellFindings,
  getV1IncidentClocks,
  getV1PhoneRequests,
  getV1Proposals,
} from '../api/generated.ts';
import { useMay, useSite } from '../session/session.ts';
import { Queue } from './queue.tsx';

/** How often what waits is looked at again. */
export const LOOK_AGAIN_MS = 10_000;
/** Applications and clocks on which somebody here has to act. */
const APPLICATIONS_OPEN: readonly string[] = ['applied', 'document-review', 'on-site-review', 'committee'];
const CLOCKS_OPEN: readonly string[] = ['running', 'warned', 'missed', 'without-delay'];

/** What waits for this person at this node, a pile each. */
export function Queues() {
  const may = useMay();
  const systems = useSite()?.systems ?? [];
  const has = (system: string, action: string): boolean => systems.includes(system) && may(action);
  return (
    <div className="queues">
      {has('incidents', 'incidents.read') && <ClockQueue />}
      {may('requests.read') && <RequestQueue />}
      {has('senders', 'proposals.read') && <ProposalQueue />}
      {has('senders', 'applications.read') && <ApplicationQueue />}
      {has('cells', 'cells.read') && <FindingQueue />}
    </div>
  );
}

function RequestQueue() {
  const { t } = useTranslation();
  const { data, error } = useQuery({
    queryKey: ['phone-requests', 'waiting'],
    queryFn: () => getV1PhoneRequests({ state: 'waiting' }),
    refetchInterval: LOOK_AGAIN_MS,
  });
  return (
    <Queue
      title={t('rooms.requests')}
      count={data?.waiting}
      error={error}
      oldest={data?.requests[0]?.createdAt}
      path="/console/phones/requests"
    />
  );
}

function ProposalQueue() {
  const { t } = useTranslation();
  const { data, error } = useQuery({
    queryKey: ['proposals', 'open'],
    queryFn: () => getV1Proposals({ state: 'open' }),
    refetchInterval: LOOK_AGAIN_MS,
  });
  return (
    <Queue
      title={t('senders.proposals')}
      count={data?.proposals.length}
      error={error}
      oldest={earliest(data?.proposals.map(({ createdAt }) => createdAt))}
      path="/console/senders"
    />
  );
}

function ApplicationQueue() {
  const { t } = useTranslation();
  const { data, error } = useQuery({
    queryKey: ['applications'],
    queryFn: () => getV1Applications({}),
    refetchInterval: LOOK_AGAIN_MS,
  });
  const open = data?.applications.filter(({ state }) => APPLICATIONS_OPEN.includes(state));
  return (
    <Queue
      title={t('home.applications')}
      count={open?.length}
      error={error}
      oldest={earliest(open?.map(({ changedAt }) => changedAt))}
      path="/console/senders"
    />
  );
}

function FindingQueue() {
  const { t } = useTranslation();
  const { data, error } = useQuery({
    queryKey: ['cell-findings'],
    queryFn: () => getV1CellFindings({}),
    refetchInterval: LOOK_AGAIN_MS,
  });
  return (
    <Queue
      title={t('home.findings')}
      count={data?.findings.length}
      error={error}
      oldest={earliest(data?.findings.map(({ foundAt }) => foundAt))}
      path="/console/cells"
    />
  );
}

function ClockQueue() {
  const { t } = useTranslation();
  const { data, error } = useQuery({
    queryKey: ['incident-clocks'],
    queryFn: () => getV1IncidentClocks(),
    refetchInterval: LOOK_AGAIN_MS,
  });
  const open = data?.clocks.filter(({ state }) => CLOCKS_OPEN.includes(state));
  return (
    <Queue
      title={t('incidents.clocks')}
      count={open?.length}
      error={error}
      due={earliest(open?.flatMap(({ dueAt }) => dueAt ?? []))}
      path="/console/incidents"
    />
  );
}

function earliest(times: readonly string[] | undefined): string | undefined {
  return times?.toSorted()[0];
}
