import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { systemClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { MessageGate } from '../../src/gates/messages/gate.ts';
import { whenOver } from '../support/ledger.ts';
import { fill, smallDisk } from '../support/small-disk.ts';
import { TestCentre } from '../support/smpp-centre.ts';
import { GOOD_TEXT, HTTP_KEY, messageConfig, PAIRING_KEY, SAESSAK, SenderStanding } from '../support/smpp-gate.ts';

/** More lines than a page of the disk holds. */
const TEXTS = 60;

test('a text with a key does not go while the disk is full, and goes once when there is room: TEXT_KEY_NOT_KEPT', async (t) => {
  const disk = smallDisk(t);
  if (disk === undefined) return;
  const centre = await TestCentre.start();
  whenOver(t, () => centre.die());
  const senders = new SenderStanding();
  senders.certify(SAESSAK);
  const start = () =>
    MessageGate.start(
      {
        config: messageConfig(centre.port),
        pairingKey: PAIRING_KEY,
        recordsFolder: join(disk, 'records'),
      },
      { standing: senders.standing, clock: systemClock, log: silentLog },
    );
  const first = await start();
  await centre.connected();

  // One page is left: it holds the lines of some of these texts.
  const free = fill(disk, 1);
  const codes = await postAll(first);
  const sent = codes.filter((code) => code === undefined).length;
  assert.equal(centre.texts.length, sent);
  assert(sent > 0 && sent < TEXTS, `${sent} of ${TEXTS} were sent`);
  assert(codes.every((code) => code === undefined || code === 'TEXT_KEY_NOT_KEPT'));
  free();
  assert(
    (await postAll(first)).every((code) => code === undefined),
    'now all are taken',
  );
  assert.equal(centre.texts.length, TEXTS, 'each was sent once');
  await first.stop();

  const second = await start();
  whenOver(t, () => second.stop());
  const again = await postAll(second);
  assert.equal(centre.texts.length, TEXTS, 'nothing is sent again');
  const unknown = again.filter((code) => code !== undefined);
  assert(unknown.every((code) => code === 'TEXT_OUTCOME_UNKNOWN'));
  t.diagnostic(`${sent} texts on one page; of ${unknown.length} the outcome found no room`);
});

/** Posts every text under its key, one after the other. @returns why not, where it was not taken */
async function postAll({ addresses }: MessageGate): Promise<(string | undefined)[]> {
  const { host, port } = addresses.messages!;
  const codes: (string | undefined)[] = [];
  for (let text = 0; text < TEXTS; text++) {
    const answer = await fetch(`http://${host}:${port}/messages`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${HTTP_KEY}`,
        'content-type': 'application/json',
        'idempotency-key': `k${text}`,
      },
      body: JSON.stringify(GOOD_TEXT),
    });
    codes.push(((await answer.json()) as { code?: string }).code);
  }
  return codes;
}
