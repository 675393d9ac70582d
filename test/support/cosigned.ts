import { HandClock } from '../../src/base/clock.ts';
import { cosigner, type WitnessSigningKey } from '../../src/ledger/cosignature.ts';
import { signatureLine } from '../../src/ledger/note.ts';

/** A checkpoint's note with one more cosignature behind it. @param atMs of the witness's clock */
export function cosigned(note: string, key: WitnessSigningKey, atMs: number): string {
  const signer = cosigner(key, new HandClock(atMs));
  const signature = signer.sign(Buffer.from(note.slice(0, note.lastIndexOf('\n\n') + 1)));
  return note + signatureLine({ name: signer.name, keyId: signer.keyId, signature });
}
