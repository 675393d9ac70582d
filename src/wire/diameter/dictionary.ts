/** Only what an equipment gate needs of RFC 6733, RFC 7944 and TS 29.272. */

export const COMMAND = {
  capabilitiesExchange: 257,
  deviceWatchdog: 280,
  disconnectPeer: 282,
  meIdentityCheck: 324,
} as const;

export const APPLICATION = { base: 0, s13: 16_777_252, relay: 0xffff_ffff } as const;

export const VENDOR_3GPP = 10_415;

export const RESULT_CODE = {
  success: 2001,
  commandUnsupported: 3001,
  unableToDeliver: 3002,
  realmNotServed: 3003,
  tooBusy: 3004,
  loopDetected: 3005,
  applicationUnsupported: 3007,
  invalidHeaderBits: 3008,
  invalidAvpBits: 3009,
  unknownPeer: 3010,
  avpUnsupported: 5001,
  invalidAvpValue: 5004,
  missingAvp: 5005,
  avpOccursTooManyTimes: 5009,
  noCommonApplication: 5010,
  unsupportedVersion: 5011,
  unableToComply: 5012,
  invalidAvpLength: 5014,
  noCommonSecurity: 5017,
} as const;
export type ResultCode = (typeof RESULT_CODE)[keyof typeof RESULT_CODE];

/** TS 29.272 clause 7.4.3.5 DIAMETER_ERROR_EQUIPMENT_UNKNOWN, inside an Experimental-Result. */
export const EQUIPMENT_UNKNOWN = 5422;

export const AUTH_SESSION_STATE = { stateMaintained: 0, noStateMaintained: 1 } as const;
export const INBAND_SECURITY = { none: 0, tls: 1 } as const;
export const DISCONNECT_CAUSE = { rebooting: 0, busy: 1, doNotWantToTalkToYou: 2 } as const;
export type DisconnectCause = (typeof DISCONNECT_CAUSE)[keyof typeof DISCONNECT_CAUSE];

export type AvpType =
  | 'Address'
  | 'DiameterIdentity'
  | 'Enumerated'
  | 'Grouped'
  | 'OctetString'
  | 'Unsigned32'
  | 'UTF8String';

/** An AVP as its standard defines it. `mandatory` is the M bit that we send. */
export interface AvpDefinition {
  readonly name: string;
  readonly code: number;
  /** 0 for those of the IETF, which are sent without Vendor-Id. */
  readonly vendorId: number;
  readonly type: AvpType;
  readonly mandatory: boolean;
}

export const AVP = {
  userName: ietf('User-Name', 1, 'UTF8String'),
  proxyState: ietf('Proxy-State', 33, 'OctetString'),
  hostIpAddress: ietf('Host-IP-Address', 257, 'Address'),
  authApplicationId: ietf('Auth-Application-Id', 258, 'Unsigned32'),
  acctApplicationId: ietf('Acct-Application-Id', 259, 'Unsigned32'),
  vendorSpecificApplicationId: ietf('Vendor-Specific-Application-Id', 260, 'Grouped'),
  sessionId: ietf('Session-Id', 263, 'UTF8String'),
  originHost: ietf('Origin-Host', 264, 'DiameterIdentity'),
  supportedVendorId: ietf('Supported-Vendor-Id', 265, 'Unsigned32'),
  vendorId: ietf('Vendor-Id', 266, 'Unsigned32'),
  firmwareRevision: { ...ietf('Firmware-Revision', 267, 'Unsigned32'), mandatory: false },
  resultCode: ietf('Result-Code', 268, 'Unsigned32'),
  productName: { ...ietf('Product-Name', 269, 'UTF8String'), mandatory: false },
  disconnectCause: ietf('Disconnect-Cause', 273, 'Enumerated'),
  authSessionState: ietf('Auth-Session-State', 277, 'Enumerated'),
  originStateId: ietf('Origin-State-Id', 278, 'Unsigned32'),
  failedAvp: ietf('Failed-AVP', 279, 'Grouped'),
  proxyHost: ietf('Proxy-Host', 280, 'DiameterIdentity'),
  errorMessage: { ...ietf('Error-Message', 281, 'UTF8String'), mandatory: false },
  routeRecord: ietf('Route-Record', 282, 'DiameterIdentity'),
  destinationRealm: ietf('Destination-Realm', 283, 'DiameterIdentity'),
  proxyInfo: ietf('Proxy-Info', 284, 'Grouped'),
  destinationHost: ietf('Destination-Host', 293, 'DiameterIdentity'),
  originRealm: ietf('Origin-Realm', 296, 'DiameterIdentity'),
  experimentalResult: ietf('Experimental-Result', 297, 'Grouped'),
  experimentalResultCode: ietf('Experimental-Result-Code', 298, 'Unsigned32'),
  inbandSecurityId: ietf('Inband-Security-Id', 299, 'Unsigned32'),
  drmp: { ...ietf('DRMP', 301, 'Enumerated'), mandatory: false },
  terminalInformation: threeGpp('Terminal-Information', 1401, 'Grouped'),
  imei: threeGpp('IMEI', 1402, 'UTF8String'),
  softwareVersion: threeGpp('Software-Version', 1403, 'UTF8String'),
  equipmentStatus: threeGpp('Equipment-Status', 1445, 'Enumerated'),
  meid: threeGpp('3GPP2-MEID', 1471, 'OctetString'),
} as const satisfies Record<string, AvpDefinition>;

/** Base AVPs (RFC 6733 clause 4.5) that no message of ours reads, but that are no strangers where they bear the M bit. */
const OTHER_BASE_AVPS = [
  25, 27, 44, 50, 55, 85, 261, 262, 270, 271, 272, 274, 276, 285, 287, 291, 292, 294, 295, 480, 483, 485,
];

const DEFINITIONS: readonly AvpDefinition[] = Object.values(AVP);
const IETF_CODES = new Set([
  ...DEFINITIONS.filter((avp) => avp.vendorId === 0).map((avp) => avp.code),
  ...OTHER_BASE_AVPS,
]);
const THREE_GPP_CODES = new Set(DEFINITIONS.filter((avp) => avp.vendorId === VENDOR_3GPP).map((avp) => avp.code));

/** Whether an AVP with the M bit may pass: an unknown one is 5001 AVP_UNSUPPORTED (clause 4.1). */
export function isKnownAvp(code: number, vendorId: number): boolean {
  if (vendorId === 0) return IETF_CODES.has(code);
  return vendorId === VENDOR_3GPP && THREE_GPP_CODES.has(code);
}

export function avpDefinition(code: number, vendorId: number): AvpDefinition | undefined {
  return DEFINITIONS.find((avp) => avp.code === code && avp.vendorId === vendorId);
}

/** The least data an AVP of this type has, in octets: what an example in a Failed-AVP is filled to with zeros. */
export function dataSizeMin(type: AvpType): number {
  switch (type) {
    case 'Enumerated':
    case 'Unsigned32':
      return 4;
    case 'Address':
      return 2;
    case 'DiameterIdentity':
    case 'Grouped':
    case 'OctetString':
    case 'UTF8String':
      return 0;
  }
}

/** Whether the type has one size only. */
export function isFixedSize(type: AvpType): boolean {
  return type === 'Enumerated' || type === 'Unsigned32';
}

function ietf(name: string, code: number, type: AvpType): AvpDefinition {
  return { name, code, vendorId: 0, type, mandatory: true };
}

function threeGpp(name: string, code: number, type: AvpType): AvpDefinition {
  return { name, code, vendorId: VENDOR_3GPP, type, mandatory: true };
}
