import { constants } from 'node:crypto';
import type { ServerOptions } from 'node:https';
import type { TLSSocket } from 'node:tls';
import { fingerprintOf, type PeerCertificate } from './certificate.ts';
import { HANDSHAKE_MS_MAX } from './peer-connections.ts';
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
    handshakeTimeout: HANDSHAKE_MS_MAX,
    // A resumed session would not show the certificate again.
    secureOptions: constants.SSL_OP_NO_TICKET,
  };
}

type Connection = Partial<Pick<TLSSocket, 'getPeerCertificate'>>;

/** A connection has one certificate for as long as it lasts; whose that is may change. */
const fingerprints = new WeakMap<Connection, string>();

/** The member whose certificate the other side of a connection holds; undefined for anybody else. */
export function memberOf(socket: Connection, peers: readonly Peer[]): string | undefined {
  const fingerprint = fingerprints.get(socket) ?? fingerprintOn(socket);
  if (fingerprint === undefined) return undefined;
  fingerprints.set(socket, fingerprint);
  return peers.find(({ certificates }) => certificates.includes(fingerprint))?.name;
}

function fingerprintOn(socket: Connection): string | undefined {
  const { raw } = socket.getPeerCertificate?.() ?? {};
  return raw && fingerprintOf(raw);
}
