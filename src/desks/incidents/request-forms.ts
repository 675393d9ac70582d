import { malformed, readNote, readText, readWord } from '../decisions/form-fields.ts';
import { IncidentError } from './incident-fault.ts';
import { USIM_WAYS, type UsimWay } from './incident-states.ts';
import { LANGUAGES } from './languages.ts';
import { readMoment } from './moments.ts';

/** How somebody is helped who does not do it alone: at the counter, at home, over the telephone. */
export const HELP_CHANNELS = ['self', 'counter', 'telephone', 'visit'] as const;
/** How consent to a proxy was given. */
export const CONSENT_FORMS = ['written', 'recorded-call', 'in-person', 'legal-guardian'] as const;
const WON_MAX = Number.MAX_SAFE_INTEGER;

/** Somebody who acts for the person: nothing is taken from one without the person's consent on record. */
export interface ProxyForm {
  readonly name: string;
  readonly relation: string;
  readonly contact?: string;
  readonly consent?: { readonly form: string; readonly givenAt: string };
}

export interface HelpForm {
  readonly channel?: string;
  readonly language?: string;
  readonly largeType?: boolean;
}

/** What every request says of who asks. All of it is private. */
export interface AskingForm {
  readonly name?: string;
  readonly contact?: string;
  readonly proxy?: ProxyForm;
  readonly help?: HelpForm;
}

export interface UsimForm extends AskingForm {
  readonly way: string;
  /** The shop whose stock it is taken from, for a courier or a visit too. */
  readonly shop: string;
  /** Where a courier or a visitor goes. */
  readonly address?: string;
}

export interface DamageForm extends AskingForm {
  readonly paymentId?: string;
  readonly won?: number;
  readonly what: string;
}

/** What the store keeps of a request, as JSON. */
export interface RequestDetails {
  readonly name?: string;
  readonly contact?: string;
  readonly address?: string;
  readonly way?: UsimWay;
  readonly what?: string;
  readonly won?: number;
  readonly proxy?: {
    readonly name: string;
    readonly relation: string;
    readonly contact?: string;
    readonly consentForm: string;
    readonly consentMs: number;
  };
  readonly help: { readonly channel: string; readonly language: string; readonly largeType: boolean };
}

/** @throws FormError FIELD_MALFORMED; IncidentError CONSENT_MISSING */
export function readAsking(form: AskingForm, nowMs: number): RequestDetails {
  const { help = {} } = form;
  const [name, contact] = [readText(form.name, 'name'), readText(form.contact, 'contact')];
  return {
    ...(name !== undefined && { name }),
    ...(contact !== undefined && { contact }),
    ...(form.proxy !== undefined && { proxy: readProxy(form.proxy, nowMs) }),
    help: {
      channel: readWord(HELP_CHANNELS, help.channel ?? 'self', 'help.channel'),
      language: readWord(LANGUAGES, help.language ?? 'ko', 'help.language'),
      largeType: help.largeType ?? false,
    },
  };
}

export function readUsim(form: UsimForm, nowMs: number): RequestDetails {
  const way = readWord(USIM_WAYS, form.way, 'way');
  const address = readText(form.address, 'address');
  if (way !== 'shop' && address === undefined) throw malformed('address', 'where the USIM is brought');
  return { ...readAsking(form, nowMs), way, ...(address !== undefined && { address }) };
}

export function readDamage(form: DamageForm, nowMs: number): RequestDetails {
  const what = readNote(form.what, 'what');
  if (what === undefined) throw malformed('what', 'what happened');
  const { won } = form;
  if (won !== undefined && !(Number.isSafeInteger(won) && won >= 0 && won <= WON_MAX)) {
    throw malformed('won', 'an amount in won');
  }
  return { ...readAsking(form, nowMs), what, ...(won !== undefined && { won }) };
}

function readProxy({ name, relation, contact, consent }: ProxyForm, nowMs: number): RequestDetails['proxy'] & object {
  if (consent === undefined) throw new IncidentError({ code: 'CONSENT_MISSING' });
  const proxy = { name: readText(name, 'proxy.name'), relation: readText(relation, 'proxy.relation') };
  if (proxy.name === undefined) throw malformed('proxy.name', 'who acts for the person');
  if (proxy.relation === undefined) throw malformed('proxy.relation', 'what they are to the person');
  const reached = readText(contact, 'proxy.contact');
  return {
    name: proxy.name,
    relation: proxy.relation,
    ...(reached !== undefined && { contact: reached }),
    consentForm: readWord(CONSENT_FORMS, consent.form, 'proxy.consent.form'),
    consentMs: readMoment(consent.givenAt, 'proxy.consent.givenAt', nowMs),
  };
}
