import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../base/clock.ts';
import { SmppProbe } from '../probes/smpp.ts';
import { SmppProbeError } from '../probes/smpp-fault.ts';
import { SmscProbe } from '../probes/smpp-smsc.ts';
import { COMMAND_STATUS } from '../wire/smpp/command-status.ts';
import type { CertifiedFirm } from './firms.ts';
import type { LaidOutMember } from './lay-out.ts';
import type { RunningNode } from './processes.ts';

/** A message centre behind every message gate, by its member, at the port that the gate's file names. */
export async function openMessageCentres(
  members: readonly LaidOutMember[],
  deps: { clock: Clock },
): Promise<Map<string, SmscProbe>> {
  const centres = new Map<string, SmscProbe>();
  for (const { name, node } of members) {
    const [smsc] = node.gates?.messages?.smscs ?? [];
    if (smsc !== undefined) centres.set(name, await SmscProbe.listen({ port: smsc.port }, deps));
  }
  return centres;
}

interface Address {
  readonly host: string;
  readonly port: number;
}

/** A firm's own client at one operator's message gate. It binds again where the gate has unbound it. */
export class FirmLine {
  readonly member: string;
  readonly firm: CertifiedFirm;
  readonly #address: Address;
  readonly #password: string;
  #probe: SmppProbe | undefined;

  private constructor(member: string, firm: CertifiedFirm, address: Address, password: string) {
    this.member = member;
    this.firm = firm;
    this.#address = address;
    this.#password = password;
  }

  static async open({ name, addresses, folder }: RunningNode, firm: CertifiedFirm): Promise<FirmLine> {
    const { hostname: host, port } = new URL(`tcp://${addresses['smpp']}`);
    const password = (await readFile(join(folder, 'passwords', firm.account), 'utf8')).trim();
    return new FirmLine(name, firm, { host, port: Number(port) }, password);
  }

  /** Sends one text. @returns accepted, or refused with what the gate says for people */
  async send(to: string, text: string): Promise<{ readonly status: string; readonly says: string }> {
    try {
      this.#probe ??= await this.#bind();
      const { number: from, originator } = this.firm;
      const { status, says = '' } = await this.#probe.submit({ from, to, text, originator });
      return status === COMMAND_STATUS.ok ? { status: 'accepted', says } : { status: 'refused', says };
    } catch (error) {
      if (!(error instanceof SmppProbeError)) throw error;
      this.#probe = undefined;
      const { facts } = error;
      // Unbound between two texts: what comes of the next bind is the answer.
      return facts.code === 'SMPP_PROBE_REFUSED'
        ? { status: 'refused', says: facts.says }
        : { status: 'cut off', says: facts.code };
    }
  }

  async close(): Promise<void> {
    this.#probe?.destroy();
    await this.#probe?.closed;
  }

  #bind(): Promise<SmppProbe> {
    return SmppProbe.bind({ ...this.#address, systemId: this.firm.account, password: this.#password });
  }
}
