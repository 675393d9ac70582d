import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { Fault } from '../../base/fault.ts';
import type { EquipmentGateConfig } from './config.ts';

export type PortFault = { code: 'S13_LISTEN_FAILED' | 'N5G_EIR_LISTEN_FAILED'; port: number; reason: string };
export class PortError extends Fault<PortFault> {}

/**
 * Threads that share a port share it with whoever else listens there and shares: another node, or the other gate. Callers
 * would then meet either, and nobody would be told. So each port is held for a moment by one socket that shares nothing.
 * @throws PortError
 */
export async function assertPortsFree({ s13, n5gEir }: EquipmentGateConfig): Promise<void> {
  const held: Server[] = [];
  try {
    if (s13 !== undefined) held.push(await hold(s13, 'S13_LISTEN_FAILED'));
    if (s13?.tls !== undefined) held.push(await hold({ ...s13.tls, host: s13.host }, 'S13_LISTEN_FAILED'));
    if (n5gEir !== undefined) held.push(await hold(n5gEir, 'N5G_EIR_LISTEN_FAILED'));
  } finally {
    await Promise.all(held.map((server) => server[Symbol.asyncDispose]()));
  }
}

async function hold({ host, port }: { host: string; port: number }, code: PortFault['code']): Promise<Server> {
  const server = createServer().listen({ host, port });
  try {
    await once(server, 'listening');
    return server;
  } catch (cause) {
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
    throw new PortError({ code, port, reason }, { cause });
  }
}
