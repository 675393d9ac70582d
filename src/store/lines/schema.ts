export interface LinesSchema {
  lines: LineTable;
  linePasskeys: LinePasskeyTable;
  lineEnrolments: LineEnrolmentTable;
}

/** How a line stands with its operator, where anything is said of it. All private. */
interface LineTable {
  msisdn: string;
  imsi: string | null;
  /** The 14 digits of the device that the line is bound to, as a number. */
  boundImei: number | null;
  protectedMs: number | null;
  paymentsBlockedMs: number | null;
  priorityMs: number | null;
  /** A wish to undo the block on payments that waits for a second person. */
  unblockAskedMs: number | null;
  unblockAskedBy: string | null;
  unblockCheck: string | null;
}

/** What a person proves a payment with. */
interface LinePasskeyTable {
  /** base64url, as is the key. */
  credentialId: string;
  msisdn: string;
  publicKey: string;
  counter: number;
  /** JSON: how the browser reaches it. */
  transports: string;
  createdMs: number;
}

/** A code that lets one passkey be registered for a line, once. */
interface LineEnrolmentTable {
  /** SHA-256 of the code, hexadecimal. */
  codeHash: string;
  msisdn: string;
  expiresMs: number;
  usedMs: number | null;
}
