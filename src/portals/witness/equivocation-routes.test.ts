import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { apiUnderTest, type ApiUnderTest } from '../../../test/support/member-api.ts';
import { orThrow } from '../../base/fault.ts';
import { EQUIVOCATION_SIZE_MAX, verifyEquivocation } from '../../ledger/equivocation.ts';
import { generateLogKey, type SigningKey } from '../../ledger/note-key.ts';
import { signNote } from '../../ledger/note.ts';
import { EQUIVOCATIONS_PER_MINUTE_MAX } from '../limits.ts';
import { equivocationRoutes } from './equivocation-routes.ts';

const TEXT = { 'content-type': 'text/plain; charset=utf-8' };
const key = generateLogKey('log.hanbit.example/shared');
const stranger = generateLogKey('log.hanbit.example/shared');
const other = generateLogKey('log.narae.example/shared');

/** Checkpoints of one size with these roots: two of them contradict each other. */
function proof(signer: SigningKey, ...roots: readonly number[]): string {
  const notes = roots.map((root) => {
    return signNote(`${signer.name}\n7\n${Buffer.alloc(32, root).toString('base64')}\n`, [signer]);
  });
  return `bongsu/equivocation@v1\n\n${notes.join('\n')}`;
}

describe('proofs of two histories over HTTP', () => {
  const kept = new Map<string, { name: string; proof: string }[]>([['hanbit', []]]);
  const addresses = new Set<string>();
  let api: ApiUnderTest;
  before(async () => {
    const accusations = {
      proofs: (member: string) => kept.get(member),
      convictions: () =>
        [...kept].flatMap(([member, [one]]) => (one === undefined ? [] : [{ member, proof: one.name }])),
      take: async (member: string, bytes: Buffer) => {
        const shown = orThrow(verifyEquivocation(bytes, key.logKey));
        const proofs = kept.get(member)!;
        if (proofs.length === 0) proofs.push(shown);
        return proofs[0]!.name;
      },
    };
    api = await apiUnderTest({ options: { publicRoutes: [equivocationRoutes({ accusations })] } });
  });
  after(() => api.close());
  /** From an address of its own each time: requests are counted by it. */
  const hand = (body: string | Buffer, member = 'hanbit', remoteAddress = `127.1.0.${addresses.size + 1}`) => {
    addresses.add(remoteAddress);
    const url = `/equivocations/${member}`;
    return api.app.inject({ method: 'POST', url, payload: body, headers: TEXT, remoteAddress });
  };

  it('one that holds is kept, and given to whoever asks; handed in again it changes nothing', async () => {
    const holds = proof(key, 1, 2);
    const { name } = orThrow(verifyEquivocation(Buffer.from(holds), key.logKey));
    for (const _ of [1, 2]) {
      const answer = await hand(holds);
      assert.deepEqual([answer.statusCode, answer.body], [200, `hanbit/${name}\n`]);
    }
    assert.equal((await api.ask(undefined, 'GET', '/equivocations/hanbit')).body, holds);
    // What is not kept is not answered as if it were.
    assert.equal((await hand(proof(key, 1, 9))).body, `hanbit/${name}\n`);
  });

  it('one for each who stands convicted is listed, and read by its name', async () => {
    const { body } = await api.ask(undefined, 'GET', '/equivocations');
    assert.match(body, /^hanbit\/[0-9a-f]{16}\n$/);
    const [{ proof } = { proof: '' }] = kept.get('hanbit')!;
    assert.equal((await api.ask(undefined, 'GET', `/equivocations/${body.trim()}`)).body, proof);
    for (const path of ['hanbit/0000000000000000', 'nobody/0000000000000000', 'hanbit/..']) {
      assert.equal((await api.ask(undefined, 'GET', `/equivocations/${path}`)).statusCode, 404, path);
    }
  });

  const holds = proof(key, 3, 4);
  const REFUSED: readonly (readonly [why: string, body: string | Buffer, status: number, code: string])[] = [
    ['nothing', '', 422, 'EQUIVOCATION_MALFORMED'],
    ['octets of no meaning', Buffer.alloc(9_000, 0xff), 422, 'EQUIVOCATION_MALFORMED'],
    ['one that breaks off', holds.slice(0, -60), 422, 'NOTE_MALFORMED'],
    ['two checkpoints of one tree', proof(key, 5, 5), 422, 'EQUIVOCATION_NOT_SHOWN'],
    ['one that a stranger made under the log’s name', proof(stranger, 1, 2), 422, 'NOTE_UNSIGNED'],
    ['one against another log', proof(other, 1, 2), 422, 'NOTE_UNSIGNED'],
    ['one whose root was changed', holds.replace('AwMD', 'AwME'), 422, 'NOTE_SIGNATURE_WRONG'],
    ['as many octets as may be', Buffer.alloc(EQUIVOCATION_SIZE_MAX, 0x61), 422, 'EQUIVOCATION_MALFORMED'],
    ['one octet more', Buffer.alloc(EQUIVOCATION_SIZE_MAX + 1, 0x61), 413, 'REQUEST_TOO_LARGE'],
  ];
  for (const [why, body, status, code] of REFUSED) {
    it(`refuses ${why}: ${code}`, async () => {
      const before = kept.get('hanbit')!.length;
      const answer = await hand(body);
      assert.deepEqual([answer.statusCode, answer.json<{ code: string }>().code], [status, code]);
      assert.equal(kept.get('hanbit')!.length, before);
    });
  }

  it('knows nobody whose log is not followed here', async () => {
    for (const member of ['nobody', '..%2Fkeys', '__proto__']) {
      assert.equal((await hand(proof(key, 1, 2), member)).statusCode, 404, member);
      assert.equal((await api.ask(undefined, 'GET', `/equivocations/${member}`)).statusCode, 404, member);
    }
  });

  it('takes so many in a minute from one address, and not one more', async () => {
    const from = '127.2.0.1';
    for (let i = 0; i < EQUIVOCATIONS_PER_MINUTE_MAX; i++) {
      assert.equal((await hand('x', 'hanbit', from)).statusCode, 422);
    }
    assert.equal((await hand('x', 'hanbit', from)).statusCode, 429);
    assert.equal((await hand('x')).statusCode, 422, 'another address is not held up');
  });
});
