import { Fault } from '../../base/fault.ts';
import { type DeviceTarget, parseDeviceTarget } from '../../identifiers/device-target.ts';
import { type ImeiKey, imeiText } from '../../identifiers/imei.ts';
import { type Imsi, parseImsi } from '../../identifiers/imsi.ts';
import { DEVICE_REASONS, type DeviceReason } from '../../statements/statement.ts';
import type { PrivateFields } from '../../store/cases.ts';
import { DeskError } from './desk-fault.ts';
import {
  type Acceptance,
  type ImeiField,
  malformed,
  readImei,
  readListedImei,
  readNote,
  readOccurred,
  readText,
  readWord,
} from './fields.ts';

/** Devices in one case. */
export const DEVICES_MAX = 100;
export const LISTINGS = ['blocked', 'tracked'] as const;
export type Listing = (typeof LISTINGS)[number];

/** Who asked, and how it was checked that they may. Private: it stays in the store. */
export interface RequesterForm {
  readonly name?: string;
  readonly contact?: string;
  /** What they are to the device: owner, parent, courier, police … */
  readonly relation?: string;
  /** How their right was checked: identity card, contract, one-time code … */
  readonly rightChecked?: string;
}

/** What a desk keeps of the circumstances. Private. */
export interface CircumstancesForm {
  readonly place?: string;
  readonly policeReference?: string;
  readonly note?: string;
  readonly requester?: RequesterForm;
}

/** What is to be other than it is: an empty text and null empty a field, what is left out stays. */
export interface AmendmentForm {
  readonly place?: string | null;
  readonly policeReference?: string | null;
  readonly note?: string | null;
  readonly requester?: { readonly [Field in keyof RequesterForm]?: string | null } | null;
}

export interface ReportForm extends CircumstancesForm, Acceptance {
  /** One device or several, each by an IMEI of 14 to 16 digits. */
  readonly devices: readonly string[];
  readonly reason: string;
  readonly listing?: string;
  readonly occurredAt?: string;
}

/** A whole type (TAC) or a range of devices inside one. */
export interface ListingForm extends CircumstancesForm {
  readonly tac?: string;
  readonly from?: string;
  readonly to?: string;
  readonly reason: string;
  readonly listing?: string;
  readonly occurredAt?: string;
}

export interface PairingForm extends CircumstancesForm, Pick<Acceptance, 'acceptCheckDigit'> {
  readonly imei: string;
  readonly imsi: string;
}

/** A warning that did not stop a report. */
export interface Warning {
  readonly code: 'IMEI_CHECK_DIGIT' | 'IMEI_SHARED';
  readonly field: string;
  /** The number, with the check digit that fits. */
  readonly imei: string;
}

/** What is to be stated about each target, and what is kept with it. */
export interface ListingReport {
  readonly targets: readonly DeviceTarget[];
  /** Where each target stands in the form. */
  readonly fields: readonly string[];
  readonly reason: DeviceReason;
  readonly listing: Listing;
  readonly occurredMs?: number;
  readonly circumstances: PrivateFields;
  readonly warnings: readonly Warning[];
}

/** @throws DeskError for the first thing that is wrong */
export function readReport(form: ReportForm, nowMs: number): ListingReport {
  const { devices } = form;
  if (devices.length === 0) throw malformed('devices', 'at least one device');
  if (devices.length > DEVICES_MAX) {
    throw new DeskError({ code: 'DEVICES_TOO_MANY', devices: devices.length, devicesMax: DEVICES_MAX });
  }
  const read = devices.map((text, place) => readListedImei(text, `devices[${place}]`, form));
  refuseTwice(read);
  return {
    targets: read.map(({ imei }) => ({ kind: 'imei', imei: imei.key })),
    fields: read.map(({ field }) => field),
    warnings: read.flatMap(warningsOf),
    ...readListed(form, nowMs),
  };
}

/** @throws DeskError for the first thing that is wrong */
export function readListing(form: ListingForm, nowMs: number): ListingReport {
  const { tac, from, to } = form;
  const target = parseDeviceTarget({ tac, from, to });
  const field = tac === undefined ? 'from' : 'tac';
  if (target instanceof Fault) throw new DeskError({ ...target.facts, field });
  return { targets: [target], fields: [field], warnings: [], ...readListed(form, nowMs) };
}

/** @throws DeskError for the first thing that is wrong */
export function readPairing(form: PairingForm): {
  imei: ImeiKey;
  imsi: Imsi;
  circumstances: PrivateFields;
  warnings: readonly Warning[];
} {
  const device = readImei(form.imei, 'imei', form.acceptCheckDigit ?? false);
  const imsi = parseImsi(form.imsi);
  if (imsi instanceof Fault) throw new DeskError({ ...imsi.facts, field: 'imsi' });
  return { imei: device.imei.key, imsi, circumstances: readCircumstances(form), warnings: warningsOf(device) };
}

/** The private fields of a case. @throws DeskError FIELD_MALFORMED */
export function readCircumstances(form: CircumstancesForm): PrivateFields {
  return Object.fromEntries(Object.entries(readAmendments(form)).filter(([, value]) => value !== null));
}

/** The private fields that a form names, null for one that it empties. @throws DeskError FIELD_MALFORMED */
export function readAmendments(form: AmendmentForm): PrivateFields {
  const requester = form.requester === null ? NOBODY : form.requester;
  const contact = emptied(readText, requester?.contact, 'requester.contact');
  return definedOnly({
    place: emptied(readText, form.place, 'place'),
    policeReference: emptied(readText, form.policeReference, 'policeReference'),
    note: emptied(readNote, form.note, 'note'),
    requesterName: emptied(readText, requester?.name, 'requester.name'),
    requesterContact: contact,
    requesterContactKey: typeof contact === 'string' ? contactKey(contact) : contact,
    requesterRelation: emptied(readText, requester?.relation, 'requester.relation'),
    rightCheckedBy: emptied(readText, requester?.rightChecked, 'requester.rightChecked'),
  });
}

const NOBODY: AmendmentForm['requester'] = { name: null, contact: null, relation: null, rightChecked: null };

/** A text that is given; null where it is given empty. */
function emptied(
  read: (text: string, field: string) => string | undefined,
  text: string | null | undefined,
  field: string,
): string | null | undefined {
  return text === undefined || text === null ? text : (read(text, field) ?? null);
}

/** The names of the private fields that somebody gave or emptied: all that the journal says of them. */
export function fieldsGiven(circumstances: PrivateFields): string[] {
  return Object.keys(circumstances).filter((field) => field !== 'requesterContactKey');
}

/** The one form in which a contact is searched: a number without its punctuation, an address in lower case. */
export function contactKey(contact: string): string {
  const bare = contact.replaceAll(/[\s().-]/g, '');
  return /^\+?[0-9]+$/.test(bare) ? bare : contact.trim().toLowerCase();
}

function readListed(
  form: Pick<ReportForm, 'reason' | 'listing' | 'occurredAt'> & CircumstancesForm,
  nowMs: number,
): Pick<ListingReport, 'reason' | 'listing' | 'occurredMs' | 'circumstances'> {
  const occurredMs = readOccurred(form.occurredAt, 'occurredAt', nowMs);
  return {
    reason: readWord(DEVICE_REASONS, form.reason, 'reason'),
    listing: readWord(LISTINGS, form.listing ?? 'blocked', 'listing'),
    ...(occurredMs !== undefined && { occurredMs }),
    circumstances: readCircumstances(form),
  };
}

/** @throws DeskError DEVICE_TWICE */
export function refuseTwice(devices: readonly ImeiField[]): void {
  const seen = new Map<number, string>();
  for (const { imei, field } of devices) {
    const earlier = seen.get(imei.key);
    if (earlier !== undefined) throw new DeskError({ code: 'DEVICE_TWICE', field, earlier });
    seen.set(imei.key, field);
  }
}

export function warningsOf({ imei, field, checkDigitAccepted, sharedAccepted }: ImeiField): Warning[] {
  const codes = [checkDigitAccepted && ('IMEI_CHECK_DIGIT' as const), sharedAccepted && ('IMEI_SHARED' as const)];
  return codes.filter((code) => typeof code === 'string').map((code) => ({ code, field, imei: imeiText(imei.key) }));
}

function definedOnly<T extends object>(fields: T): { [Field in keyof T]?: Exclude<T[Field], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;
}
