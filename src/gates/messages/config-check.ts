import { Fault } from '../../base/fault.ts';
import type { MessageGateConfig } from './config.ts';

export type MessageConfigFault =
  | { code: 'MESSAGE_ACCOUNT_TWICE'; account: string }
  | { code: 'MESSAGE_KEY_TWICE'; account: string }
  | { code: 'MESSAGE_CENTRE_TWICE'; smsc: string }
  | { code: 'MESSAGE_CENTRE_UNKNOWN'; account: string; smsc: string };
export class MessageConfigError extends Fault<MessageConfigFault> {}

/** What a schema cannot say: names are given once, and accounts name message centres that there are. @throws MessageConfigError */
export function checkMessageConfig({ accounts, own, smscs }: MessageGateConfig): void {
  const centres = new Set<string>();
  for (const { name } of smscs) {
    if (centres.has(name)) throw new MessageConfigError({ code: 'MESSAGE_CENTRE_TWICE', smsc: name });
    centres.add(name);
  }
  const names = new Set<string>();
  const keys = new Set<string | undefined>([own.httpKeyHash]);
  for (const { systemId: account, httpKeyHash, smscs: chosen = [] } of accounts) {
    if (names.has(account)) throw new MessageConfigError({ code: 'MESSAGE_ACCOUNT_TWICE', account });
    names.add(account);
    if (httpKeyHash !== undefined && keys.has(httpKeyHash)) {
      throw new MessageConfigError({ code: 'MESSAGE_KEY_TWICE', account });
    }
    keys.add(httpKeyHash);
    const smsc = chosen.find((name) => !centres.has(name));
    if (smsc !== undefined) throw new MessageConfigError({ code: 'MESSAGE_CENTRE_UNKNOWN', account, smsc });
  }
}
