import { constants } from 'node:crypto';
import type { ServerOptions } from 'node:https';
import type { TLSSocket } from 'node:tls';
import { fingerprintOf, type PeerCertificate } from './certificate.ts';
import type { Peer } from './peer-client.ts';

/** How a member's listener speaks TLS: every caller is asked for its certificate; `memberOf` says whose it is. */
export function peerServerOptions({ certificate, key }: PeerCertificate): ServerOptions {
  return {
    cert: certificate,
    key,
    requestCert: true,
    // The fingerprint that governance binds is what counts.
    rejectUnauthorized: false,
    minVersion: 'TLSv1.3',
    // A resumed session would not show the certificate again.
    secureOptions: constants.SSL_OP_NO_TICKET,
  };
}

/** The member whose certificate the other side of a connection holds; undefined for anybody else. */
export function memberOf(socket: Partial<Pick<TLSSocket, 'getPeerCertificate'>>, peers: readonly Peer[]): string | undefined {
  const { raw } = socket.getPeerCertificate?.() ?? {};
  if (raw === undefined) return undefined;
  const fingerprint = fingerprintOf(raw);
  return peers.find(({ certificates }) => certificates.includes(fingerprint))?.name;
}
