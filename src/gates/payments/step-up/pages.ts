import type { Payment } from '../../../records/payment.ts';
import type { CreatePaymentBody } from '../schemas.ts';
import { type Language, WORDS } from './words.ts';

const DECIMALS_SHOWN_MAX = 3;

/** Asks the payer whether a payment is theirs. It names no number: whoever holds the address learns none. */
export function stepUpPage(payment: Payment, language: Language): string {
  const words = WORDS[language];
  const { paymentAmount } = JSON.parse(payment.amountTransaction) as CreatePaymentBody['amountTransaction'];
  const { chargingInformation, chargingMetaData } = paymentAmount;
  const rows = [
    [words.merchant, chargingMetaData?.merchantName ?? payment.merchant],
    [words.amount, amountText(chargingInformation.amount + untaxed(chargingInformation), payment.currency, language)],
    [words.item, chargingInformation.description],
  ];
  return page(language, words.stepUpTitle, [
    `<p>${escape(words.stepUpIntro)}</p>`,
    `<dl>${rows.map(([name, value]) => `<dt>${escape(name!)}</dt><dd>${escape(value!)}</dd>`).join('')}</dl>`,
    `<p class="warning">${escape(words.warning)}</p>`,
    `<p id="choice"><button id="confirm" type="button">${escape(words.confirm)}</button>`,
    `<button id="decline" type="button" class="second">${escape(words.decline)}</button></p>`,
    told('confirmed', words.confirmed),
    told('declined', words.declined),
    told('failed', words.failed),
  ]);
}

export function gonePage(language: Language): string {
  const words = WORDS[language];
  return page(language, words.goneTitle, [`<p>${escape(words.gone)}</p>`]);
}

/** Registers a passkey with a code from the line desk. */
export function enrolPage(language: Language): string {
  const words = WORDS[language];
  return page(language, words.enrolTitle, [
    `<p>${escape(words.enrolIntro)}</p>`,
    `<p id="choice"><label for="code">${escape(words.code)}</label>`,
    '<input id="code" autocomplete="one-time-code" autocapitalize="characters" spellcheck="false" maxlength="64">',
    `<button id="enrol" type="button">${escape(words.enrol)}</button></p>`,
    told('confirmed', words.enrolled),
    told('failed', words.enrolFailed),
  ]);
}

/** What is told once it is so: a screen reader reads it when it appears. */
function told(id: string, text: string): string {
  return `<p id="${id}" class="told" role="status" data-text="${escape(text)}"></p>`;
}

function page(language: Language, title: string, body: readonly string[]): string {
  const other: Language = language === 'ko' ? 'en' : 'ko';
  return [
    '<!doctype html>',
    `<html lang="${language}"><head><meta charset="utf-8"><title>${escape(title)}</title>`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<link rel="stylesheet" href="/step-up.css"><script src="/step-up.js" defer></script></head>',
    `<body><main><h1>${escape(title)}</h1>`,
    ...body,
    `</main><footer><p>${escape(WORDS[language].help)} <a href="tel:114">114</a></p><a href="?lang=${other}" lang="${other}">${WORDS[language].other}</a></footer></body></html>`,
  ].join('\n');
}

function amountText(amount: number, currency: string, language: Language): string {
  return new Intl.NumberFormat(language, {
    style: 'currency',
    currency,
    maximumFractionDigits: DECIMALS_SHOWN_MAX,
  }).format(amount);
}

function untaxed({ isTaxIncluded, taxAmount }: { isTaxIncluded?: boolean; taxAmount?: number }): number {
  return isTaxIncluded === true ? 0 : (taxAmount ?? 0);
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** A merchant chose these texts: nothing of them becomes markup. */
function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character]!);
}
