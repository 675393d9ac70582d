import { resolve } from 'node:path';
import type { AccountConfig, MessageGateConfig, SmscConfig } from './config.ts';

/** The configuration with every path of a file taken from that folder. */
export function withAbsoluteFiles(config: MessageGateConfig, folder: string): MessageGateConfig {
  const { smpp } = config;
  const absolute = (file: string) => resolve(folder, file);
  const tls = smpp?.tls && {
    ...smpp.tls,
    certFile: absolute(smpp.tls.certFile),
    keyFile: absolute(smpp.tls.keyFile),
    ...(smpp.tls.caFile !== undefined && { caFile: absolute(smpp.tls.caFile) }),
  };
  const withPassword = <T extends AccountConfig | SmscConfig>(party: T): T =>
    party.passwordFile === undefined ? party : { ...party, passwordFile: absolute(party.passwordFile) };
  return {
    ...config,
    ...(smpp !== undefined && { smpp: { ...smpp, ...(tls !== undefined && { tls }) } }),
    accounts: config.accounts.map(withPassword),
    smscs: config.smscs.map(withPassword).map((smsc) => ({
      ...smsc,
      ...(smsc.tls !== undefined && { tls: { ...smsc.tls, caFile: absolute(smsc.tls.caFile) } }),
    })),
  };
}
