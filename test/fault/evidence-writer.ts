/** Takes files into the folder it is given, one after the other and several at once, until it is killed. */
import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { EvidenceFiles, UPLOADS_MAX } from '../../src/desks/senders/evidence-files.ts';

const files = await EvidenceFiles.open(process.argv[2]!, { freeSizeMin: 0 });
process.stdout.write('begin\n');
await Promise.all(Array.from({ length: UPLOADS_MAX }, (_, place) => takeForEver(`firm-${place}`)));

async function takeForEver(firm: string): Promise<never> {
  for (;;) {
    const pieces = Array.from({ length: 8 }, () => randomBytes(16 * 1024));
    const { sha256 } = await files.keep(Readable.from(pieces), firm, () => undefined);
    process.stdout.write(`${sha256}\n`);
  }
}
