import { N5gEirProbe } from '../probes/n5g-eir.ts';
import { answerOfN5gEir, answerOfS13 } from '../probes/answers.ts';
import { S13Probe } from '../probes/s13.ts';
import type { RunningNode } from './processes.ts';

/** An MME or an AMF before one gate of one member, with a connection that stays open. */
export interface NetworkElement {
  readonly member: string;
  readonly gate: 'S13' | 'N5g-eir';
  /** Asks about a device of 15 digits. @returns allowed, blocked, tracked, unknown, or the code of a failure */
  ask(imei: string): Promise<string>;
  close(): Promise<void>;
}

/** One network element before every gate of every member. */
export async function openElements(nodes: readonly RunningNode[]): Promise<NetworkElement[]> {
  const opened = nodes.flatMap(({ name, addresses: { s13, n5gEir } }) => [
    ...(s13 === undefined ? [] : [openMme(name, s13)]),
    ...(n5gEir === undefined ? [] : [openAmf(name, n5gEir)]),
  ]);
  return Promise.all(opened);
}

async function openMme(member: string, address: string): Promise<NetworkElement> {
  const { hostname: host, port } = new URL(`tcp://${address}`);
  const originRealm = `${member}.example`;
  const probe = await S13Probe.connect({ host, port: Number(port), originHost: `mme1.${originRealm}`, originRealm });
  return {
    member,
    gate: 'S13',
    // An MME sends 14 digits and the software version apart (TS 29.272 clause 6.2.1.1).
    ask: async (imei) => answerOfS13(await probe.check({ imei: imei.slice(0, 14), softwareVersion: '01' })),
    close: async () => void (await probe.disconnect()),
  };
}

async function openAmf(member: string, address: string): Promise<NetworkElement> {
  const probe = await N5gEirProbe.connect({ apiRoot: `http://${address}` });
  return {
    member,
    gate: 'N5g-eir',
    ask: async (imei) => answerOfN5gEir(await probe.check({ pei: `imeisv-${imei.slice(0, 14)}01` })),
    close: () => probe.close(),
  };
}
