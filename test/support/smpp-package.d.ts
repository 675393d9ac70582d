/** As much of the npm package `smpp` as the tests use; it ships no types. */
declare module 'smpp' {
  import type { Server as NetServer, Socket } from 'node:net';
  import type { EventEmitter } from 'node:events';

  export interface Pdu {
    readonly command: string;
    readonly command_status: number;
    readonly sequence_number: number;
    readonly [field: string]: unknown;
    response(fields?: object): Pdu;
  }

  export interface Session extends EventEmitter {
    readonly socket: Socket;
    send(pdu: Pdu): boolean;
    deliver_sm(fields: object, onResponse?: (pdu: Pdu) => void): boolean;
    submit_sm(fields: object, onResponse?: (pdu: Pdu) => void): boolean;
    bind_transceiver(fields: object, onResponse?: (pdu: Pdu) => void): boolean;
    enquire_link(onResponse?: (pdu: Pdu) => void): boolean;
    unbind(onResponse?: (pdu: Pdu) => void): boolean;
    pause(): void;
    resume(): void;
    close(): void;
    destroy(): void;
  }

  interface Smpp {
    createServer(options: object, onSession: (session: Session) => void): NetServer;
    connect(options: object, onConnect?: (session: Session) => void): Session;
    addTLV(name: string, definition: { id: number; type: unknown }): void;
    readonly types: { readonly tlv: { readonly cstring: unknown; readonly buffer: unknown } };
  }
  const smpp: Smpp;
  export default smpp;
}
