import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { writeDurably } from '../base/durable.ts';
import { SenderDesk } from '../desks/senders/desk.ts';
import { EvidenceFiles } from '../desks/senders/evidence-files.ts';
import { SenderDeskError } from '../desks/senders/sender-fault.ts';
import { TRAIT_KEY_SIZE } from '../desks/senders/traits.ts';
import { FolderSource } from '../ledger/tile-source.ts';
import { firmRegistration } from '../portals/senders/firm-routes.ts';
import { type CertificateSource, publicCertificates } from '../portals/senders/public-certificates.ts';
import { senderRoutes } from '../portals/senders/sender-routes.ts';
import { makeReceipt } from '../sealing/receipt.ts';
import { readSecretKey } from './keys.ts';
import { memberVerifier } from './opener.ts';
import type { NodeParts, NodeSystem } from './system.ts';

const PRIVATE_FILE = 0o600;

/**
 * Answers anybody how a certificate stands, on every node; and, where the configuration has it, opens the certification
 * desk of a certifier.
 * @throws SenderDeskError SENDER_DESK_NOT_CERTIFIER, SENDER_RULES_MALFORMED
 */
export async function startSenderDesk(parts: NodeParts): Promise<NodeSystem & { readonly senders?: SenderDesk }> {
  const { self, clock } = parts.surroundings;
  const certificates = publicCertificates({ self: self.name }, { source: certificateSource(parts), clock });
  const senders = await openSenderDesk(parts);
  if (senders === undefined) return { publicRoutes: [certificates] };
  return {
    senders,
    routes: senderRoutes({ senders }),
    publicRoutes: [certificates, firmRegistration({ senders })],
  };
}

async function openSenderDesk({ surroundings, decisions }: NodeParts): Promise<SenderDesk | undefined> {
  const { config, folder, self, pairingKey, clock } = surroundings;
  const options = config.desks.senders;
  if (options === undefined) return undefined;
  if (!self.roles.includes('certifier')) {
    throw new SenderDeskError({ code: 'SENDER_DESK_NOT_CERTIFIER', member: self.name });
  }
  const traitKey = await ownTraitKey(folder.firmTraitKey);
  const files = await EvidenceFiles.open(folder.evidence);
  return new SenderDesk({ config: options, pairingKey, traitKey }, { decisions, clock, files });
}

/** It is made at the first start: nobody but this member ever needs it. */
async function ownTraitKey(file: string): Promise<Uint8Array> {
  if (!existsSync(file)) {
    await writeDurably(file, `${randomBytes(TRAIT_KEY_SIZE).toString('base64')}\n`, PRIVATE_FILE);
  }
  return readSecretKey(file);
}

function certificateSource({ surroundings, logs }: NodeParts): CertificateSource {
  const { governance, folder, self } = surroundings;
  const { keyOf } = logs.epochs.keys;
  const { standing } = logs.keeper;
  return {
    find: (certificate) => standing.books.senders.find(certificate),
    all: () => standing.books.senders.all(),
    logOf: (member) => ({
      size: standing.foldedSize(member),
      url: governance.member(member)?.url ?? '',
    }),
    // Of another member's log by the copy of it here: any node proves what it says.
    receipt: ({ member, index }) => {
      const source = new FolderSource(member === self.name ? folder.log : join(folder.mirrors, member));
      return makeReceipt(source, { index, owner: member, logKey: memberVerifier(governance, member), keyOf });
    },
  };
}
