import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { HandClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { Decisions, type DeskRequest } from '../../src/desks/decisions/decision.ts';
import type { SenderDeskConfig } from '../../src/desks/senders/config.ts';
import { SenderDesk } from '../../src/desks/senders/desk.ts';
import { EvidenceFiles } from '../../src/desks/senders/evidence-files.ts';
import type { FirmForm } from '../../src/desks/senders/firms.ts';
import type { NumberForm } from '../../src/desks/senders/numbers.ts';
import type { Store } from '../../src/store/store.ts';
import { DESK_NOW_MS } from './desk.ts';
import { MemoryLog } from './memory-log.ts';

export const REVIEWER: DeskRequest = { actor: 'reviewer-1', role: 'agent' };
export const CHAIR: DeskRequest = { actor: 'chair', role: 'supervisor' };
export const PAIRING_KEY = new Uint8Array(32).fill(7);
export const DAY_MS = 24 * 60 * 60 * 1_000;
export const PDF = Buffer.from('%PDF-1.7\nthe terms of use\n');

export const SENDER_CONFIG: SenderDeskConfig = {
  certificatePrefix: 'KS',
  originators: { first: '301200001', last: '301200099' },
  checklists: [
    { from: '2024-06-01', until: '2026-10-01', items: [item('1.1')] },
    { from: '2026-10-01', items: [item('1.1'), { ...item('2.1'), services: ['web', 'api'] }, item('5.1', false)] },
  ],
  periods: [{ from: '2026-01-01', validityDays: 730, renewalWindowDays: 90, reapplyAfterDays: 180 }],
  numberCaps: [
    {
      from: '2026-01-01',
      caps: {
        individual: { mobile: 3, fixed: 5 },
        foreigner: { mobile: 2, fixed: 0 },
        corporation: { mobile: 4, fixed: 'staff' },
      },
    },
  ],
  sanctions: [{ from: '2026-01-01', permille: 500 }],
};

export const FIRM: FirmForm = {
  name: '바른문자',
  businessNumber: '123-45-67890',
  representative: '김보람',
  phone: '02-123-4567',
  officeAddress: '서울 중구 세종대로 1',
  bankAccount: '110-123-456789',
};

export const NUMBER: NumberForm = {
  number: '010-1234-5678',
  customer: '홍길동',
  customerKind: 'individual',
  proof: 'phone-identity',
};

/** A certification desk of the member `hanbit` with logs in memory and files in a temporary folder. */
export async function sendersOn(store: Store, config: Partial<SenderDeskConfig> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'bongsu-evidence-'));
  const clock = new HandClock(DESK_NOW_MS);
  const [shared, own] = [new MemoryLog(), new MemoryLog()];
  const decisions = new Decisions({ member: 'hanbit' }, { store, logs: { shared, own }, clock, log: silentLog });
  const files = await EvidenceFiles.open(folder, { freeSizeMin: 0 });
  const desk = new SenderDesk(
    { config: { ...SENDER_CONFIG, ...config }, pairingKey: PAIRING_KEY, traitKey: new Uint8Array(32).fill(9) },
    { decisions, clock, files },
  );
  let tokens = 0;
  const parts = {
    desk,
    decisions,
    clock,
    shared,
    own,
    folder,
    files,
    store,
    remove: () => rmSync(folder, { recursive: true, force: true }),
    /** Registers a firm. @returns its code, and how it asks */
    firm: async (form: Partial<FirmForm> = {}): Promise<{ code: string; request: DeskRequest }> => {
      const hash = createHash('sha256')
        .update(`token ${(tokens += 1)}`)
        .digest('hex');
      const { firm: code } = await desk.register({ ...FIRM, ...form }, hash);
      return { code, request: { actor: code.toLowerCase(), role: 'firm' } };
    },
    upload: async (number: string, item: string, request: DeskRequest, octets: Buffer = PDF): Promise<string> => {
      const form = { item, mediaType: 'application/pdf' };
      const file = await desk.receiveEvidence(number, form, Readable.from([octets]), request);
      await desk.addEvidence(number, form, file, request);
      return file.sha256;
    },
  };
  return parts;
}
export type SendersUnderTest = Awaited<ReturnType<typeof sendersOn>>;

/** Brings an application before the committee with everything met. */
export async function bringToCommittee(senders: SendersUnderTest, number: string, request: DeskRequest): Promise<void> {
  const { desk } = senders;
  const { items } = await desk.showApplication(number, CHAIR);
  for (const { item } of items) await senders.upload(number, item, request);
  await desk.review(number, { step: 'accept' }, REVIEWER);
  await desk.review(number, { step: 'pass' }, REVIEWER);
  for (const { item } of items) await desk.find(number, { item, finding: 'met' }, REVIEWER);
  await desk.review(number, { step: 'pass' }, REVIEWER);
}

/** A firm with a certificate. */
export async function certifiedFirm(
  senders: SendersUnderTest,
  form: Partial<FirmForm> = {},
  terms: { priority?: string } = {},
): Promise<{ code: string; request: DeskRequest; certificate: string; application: string; originator: string }> {
  const { code, request } = await senders.firm(form);
  const { application } = await senders.desk.apply({ service: 'web' }, request);
  await bringToCommittee(senders, application, request);
  const { certificate, originator } = await senders.desk.decide(application, { decision: 'certify', ...terms }, CHAIR);
  assert(certificate !== undefined && originator !== undefined);
  return { code, request, certificate, application, originator };
}

function item(number: string, evidence = true): SenderDeskConfig['checklists'][number]['items'][number] {
  return { item: number, title: `item ${number}`, services: ['web', 'api', 'module'], evidence };
}
