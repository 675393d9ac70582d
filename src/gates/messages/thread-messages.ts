import type { Facts } from '../../base/fault.ts';
import type { PassedText } from '../../records/passed-text.ts';
import type { BookEvent } from '../../standing/books.ts';
import type { FromGateThread } from '../gate-thread.ts';
import type { PlainText } from './compose.ts';
import type { MessageGateConfig } from './config.ts';

/** Where a gate can be reached. */
export interface ListeningAddress {
  readonly host: string;
  readonly port: number;
}

export interface MessageAddresses {
  readonly smpp?: ListeningAddress;
  readonly smppTls?: ListeningAddress;
  readonly messages?: ListeningAddress;
}

/** What the thread is started with. Everything in it can be cloned; the counters are shared. */
export interface MessageThreadData {
  readonly config: MessageGateConfig;
  readonly pairingKey: Uint8Array;
  readonly recordsFolder: string;
  readonly counters: SharedArrayBuffer;
  /** What makes its books as they are. */
  readonly books: readonly BookEvent[];
}

export type ToMessageThread =
  | { kind: 'book'; event: BookEvent }
  | { kind: 'submit'; number: number; key?: string; text: PlainText }
  | { kind: 'taken' }
  | { kind: 'stop' };

/** What it says besides what every gate thread says. */
export type OfMessageThread =
  | { kind: 'passed'; texts: readonly PassedText[] }
  | { kind: 'submitted'; number: number; messageId: string }
  | { kind: 'refused'; number: number; facts: Facts };

export type FromMessageThread = FromGateThread<MessageAddresses> | OfMessageThread;
