import { ApiClient, ProblemError } from '../cli/client.ts';
import type { ApplicationAnswer } from '../desks/senders/applications.ts';
import type { ApplicationView, CertificateView } from '../desks/senders/views.ts';
import type { PublicCertificateView } from '../portals/senders/public-certificates.ts';

/** A firm of the example that sends bulk text: the name of its account at each operator, and its one sender number. */
export interface Firm {
  readonly account: string;
  readonly name: string;
  readonly businessNumber: string;
  readonly number: string;
}

/** In the order in which they are certified: the accounts in the operators' files name the codes that this gives. */
export const FIRMS: readonly Firm[] = [
  { account: 'mirae', name: 'Mirae Messaging', businessNumber: '1018100011', number: '15880101' },
  { account: 'badaro', name: 'Badaro Text', businessNumber: '1018100022', number: '15880202' },
  { account: 'saebyeok', name: 'Saebyeok Relay', businessNumber: '1018100033', number: '15880303' },
];

const EVIDENCE = Buffer.from('%PDF-1.4\n% a paper of the example, signed by nobody\n%%EOF\n');

export interface CertifiedFirm extends Firm {
  readonly certificate: string;
  readonly originator: string;
}

/**
 * Has a firm certified as a firm is: it registers, applies and hands in its papers; a reviewer goes through them and
 * through the house, the committee decides, a number is registered. One that an earlier run has certified is let back.
 * @param expected the code that the operators' files have for it
 */
export async function certify(
  firm: Firm,
  expected: string,
  { certifier, url }: { certifier: ApiClient; url: string },
): Promise<CertifiedFirm> {
  const earlier = await certificateNow(expected, url);
  if (earlier?.firm === firm.name) {
    await letBack(earlier, certifier);
    return { ...firm, certificate: expected, originator: earlier.originator };
  }
  const { application, own } = await apply(firm, url);
  const certificate = await decide(application, certifier);
  const body = { number: firm.number, customer: firm.name, customerKind: 'corporation', staff: 10 };
  const path = `/v1/certificates/${certificate}/numbers`;
  await own.ask('POST', path, { body: { ...body, proof: 'carrier-certificate' } });
  const { originator } = await certifier.ask<CertificateView>('GET', `/v1/certificates/${certificate}`);
  return { ...firm, certificate, originator };
}

/** How a certificate stands for anybody who asks the node at `url`; undefined where it knows of none. */
export async function certificateNow(code: string, url: string): Promise<PublicCertificateView | undefined> {
  try {
    return await new ApiClient({ url }).ask<PublicCertificateView>('GET', `/certificates/${code}`);
  } catch (error) {
    if (error instanceof ProblemError && error.facts.code === 'CERTIFICATE_UNKNOWN') return undefined;
    throw error;
  }
}

/** What the firm does first. @returns the number of its application, and the API as the firm uses it */
async function apply(
  { name, businessNumber, number }: Firm,
  url: string,
): Promise<{ application: string; own: ApiClient }> {
  const facts = {
    name,
    representative: `Representative of ${name}`,
    phone: number,
    officeAddress: `Office of ${name}`,
  };
  const body = { ...facts, bankAccount: `${businessNumber}001`, businessNumber };
  const { token } = await new ApiClient({ url }).ask<{ token: string }>('POST', '/v1/firms', { body });
  const own = new ApiClient({ url, token });
  const { application } = await own.ask<ApplicationAnswer>('POST', '/v1/applications', { body: { service: 'api' } });
  const path = `/v1/applications/${application}`;
  const { items } = await own.ask<ApplicationView>('GET', path);
  for (const { item } of items) {
    await own.ask('POST', `${path}/evidence`, { query: { item }, body: EVIDENCE, mediaType: 'application/pdf' });
  }
  return { application, own };
}

/** What the certifier does. @returns the code of the certificate */
async function decide(application: string, certifier: ApiClient): Promise<string> {
  const path = `/v1/applications/${application}`;
  await certifier.ask('POST', `${path}/review`, { body: { step: 'accept' } });
  const { items } = await certifier.ask<ApplicationView>('GET', path);
  for (const { item } of items) await certifier.ask('POST', `${path}/findings`, { body: { item, finding: 'met' } });
  for (const step of ['pass', 'pass']) await certifier.ask('POST', `${path}/review`, { body: { step } });
  await certifier.ask('POST', `${path}/decision`, { body: { decision: 'certify' } });
  const { certificate } = await certifier.ask<ApplicationView>('GET', path);
  return certificate!;
}

async function letBack({ certificate, state }: PublicCertificateView, certifier: ApiClient): Promise<void> {
  if (state !== 'suspended') return;
  await certifier.ask('POST', `/v1/certificates/${certificate}/reinstate`, { body: { reason: 'remedied' } });
}
