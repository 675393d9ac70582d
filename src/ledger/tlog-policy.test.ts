import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Fault, orThrow } from '../base/fault.ts';
import { generateWitnessKey, witnessSigningKey } from './cosignature.ts';
import { generateLogKey } from './note-key.ts';
import { parsePolicy, POLICY_LINES_MAX, POLICY_SIZE_MAX } from './tlog-policy.ts';

const logKey = generateLogKey('log.hanbit.example/shared').logKey;
const keys = ['narae', 'duru', 'sakura', 'injeung'].map(
  (name) => generateWitnessKey(`witness.${name}.example`).witnessKey,
);
const [w1, w2, w3, w4] = keys.map(({ vkey }) => vkey) as [string, string, string, string];
const WITNESSES = `witness w1 ${w1}\nwitness w2 ${w2}\nwitness w3 ${w3}\nwitness w4 ${w4}\n`;

function parse(text: string): ReturnType<typeof parsePolicy> {
  return parsePolicy(Buffer.from(text));
}

/** For which of 0000 to 1111, the witnesses in their order, the quorum is met. */
function metBy(text: string): string[] {
  const policy = orThrow(parse(text));
  return Array.from({ length: 16 }, (_, bits) => bits.toString(2).padStart(4, '0')).filter((bits) =>
    policy.isMet(keys.filter((_, place) => bits[place] === '1')),
  );
}

describe('a policy', () => {
  it('holds logs and witnesses with their addresses, comments, blank lines, tabs, and any name', () => {
    const text = `# who is who\n\n \t \nlog\t${logKey.vkey}   https://hanbit.example/log\n  witness 나래 ${w1} https://narae.example/witness\t\n  # indented\nquorum 나래`;
    const { logs, witnesses } = orThrow(parse(text));
    assert.deepEqual(
      logs.map(({ key, url }) => [key.vkey, url]),
      [[logKey.vkey, 'https://hanbit.example/log']],
    );
    assert.deepEqual(
      witnesses.map(({ vkey }) => vkey),
      [w1],
    );
  });

  it('is met as its groups say: any, all, k of n, and groups of groups', () => {
    assert.deepEqual(
      metBy(`${WITNESSES}quorum w2\n`).every((bits) => bits[1] === '1'),
      true,
    );
    assert.equal(metBy(`${WITNESSES}quorum none\n`).length, 16);
    assert.deepEqual(metBy(`${WITNESSES}group g all w1 w2 w3 w4\nquorum g\n`), ['1111']);
    assert.equal(metBy(`${WITNESSES}group g any w1 w2\nquorum g\n`).length, 12);
    assert.deepEqual(metBy(`${WITNESSES}group g 3 w1 w2 w3 w4\nquorum g\n`), ['0111', '1011', '1101', '1110', '1111']);
    const nested = `${WITNESSES}group left any w1 w2\ngroup right all w3 w4\ngroup both all left right\nquorum both\n`;
    assert.deepEqual(metBy(nested), ['0111', '1011', '1111']);
  });

  it('may be without a log', () => assert.deepEqual(orThrow(parse('quorum none')).logs, []));

  const cases: readonly (readonly [why: string, text: string, part: string, line?: number])[] = [
    ['nothing', '', 'quorum'],
    ['no quorum', WITNESSES, 'quorum'],
    ['two quorums', `${WITNESSES}quorum w1\nquorum w2\n`, 'quorum', 6],
    ['a quorum of nobody known', 'quorum w1\n', 'name unknown', 1],
    ['a quorum named before its witness', `quorum w1\n${WITNESSES}`, 'name unknown', 1],
    ['a quorum without a name', 'quorum\n', 'items', 1],
    ['a quorum of two names', `${WITNESSES}quorum w1 w2\n`, 'items', 5],
    ['an unknown keyword', 'quorum none\nlogs x\n', 'keyword', 2],
    ['a keyword in capitals', 'Quorum none\n', 'keyword', 1],
    ['a comment behind a line', 'quorum none # nobody\n', 'items', 1],
    ['a carriage return', 'quorum none\r\n', 'octets', 1],
    ['a control character', 'quorum none\n\u0001\n', 'octets', 2],
    ['an octet of 0x7f', 'quorum none\n\u007f\n', 'octets', 2],
    ['a NUL', 'quorum\0none\n', 'octets', 1],
    ['a log without a key', 'log\nquorum none\n', 'items', 1],
    ['a log with a witness’s key', `log ${w1}\nquorum none\n`, 'key', 1],
    ['a witness with a log’s key', `witness w1 ${logKey.vkey}\nquorum none\n`, 'key', 1],
    ['a witness without a key', 'witness w1\nquorum none\n', 'items', 1],
    ['a witness with too many items', `witness w1 ${w1} https://a.example b\nquorum none\n`, 'items', 1],
    ['a damaged key', `witness w1 ${w1.slice(0, -1)}\nquorum none\n`, 'key', 1],
    ['one log twice', `log ${logKey.vkey}\nlog ${logKey.vkey}\nquorum none\n`, 'key twice', 2],
    ['one witness key under two names', `witness w1 ${w1}\nwitness w2 ${w1}\nquorum none\n`, 'key twice', 2],
    ['one name for two witnesses', `witness w1 ${w1}\nwitness w1 ${w2}\nquorum none\n`, 'name twice', 2],
    ['one name for a witness and a group', `${WITNESSES}group w1 any w2\nquorum w1\n`, 'name twice', 5],
    ['a witness named none', `witness none ${w1}\nquorum none\n`, 'name', 1],
    ['a group named none', `${WITNESSES}group none any w1\nquorum none\n`, 'name', 5],
    ['a group that holds itself', `${WITNESSES}group g any g\nquorum g\n`, 'name unknown', 5],
    ['a group that holds none', `${WITNESSES}group g any none\nquorum g\n`, 'name unknown', 5],
    ['a group of nobody', `${WITNESSES}group g any\nquorum g\n`, 'items', 5],
    ['a member of two groups', `${WITNESSES}group g any w1\ngroup h any w1\nquorum g\n`, 'in two groups', 6],
    ['a member twice in one group', `${WITNESSES}group g 2 w1 w1\nquorum g\n`, 'in two groups', 5],
    ['0 of 2', `${WITNESSES}group g 0 w1 w2\nquorum g\n`, 'threshold', 5],
    ['3 of 2', `${WITNESSES}group g 3 w1 w2\nquorum g\n`, 'threshold', 5],
    ['01 of 2', `${WITNESSES}group g 01 w1 w2\nquorum g\n`, 'threshold', 5],
    ['-1 of 2', `${WITNESSES}group g -1 w1 w2\nquorum g\n`, 'threshold', 5],
  ];
  for (const [why, text, part, line] of cases) {
    it(`is refused: ${why}`, () => {
      const policy = parse(text);
      assert.ok(policy instanceof Fault);
      assert.partialDeepStrictEqual(policy.facts, { code: 'POLICY_MALFORMED', part, ...(line && { line }) });
    });
  }

  it('is refused where one key stands under two names with two key IDs', () => {
    const { privateKey } = generateWitnessKey('any');
    const [one, other] = ['one', 'other'].map((name) => witnessSigningKey(name, privateKey).witnessKey.vkey);
    const policy = parse(`witness w1 ${one}\nwitness w2 ${other}\nquorum none\n`);
    assert.ok(policy instanceof Fault);
    assert.deepEqual(policy.facts, { code: 'POLICY_MALFORMED', line: 2, part: 'key twice' });
  });

  it('may be as large as the limits, and not larger', () => {
    const comment = (size: number): string => `quorum none\n#${'x'.repeat(size - 13)}`;
    assert.ok(!(parse(comment(POLICY_SIZE_MAX)) instanceof Fault));
    const large = parse(comment(POLICY_SIZE_MAX + 1));
    assert.ok(large instanceof Fault);
    assert.equal(large.facts.code, 'POLICY_TOO_LARGE');
    const many = (count: number): string =>
      Array.from(
        { length: count },
        (_, place) => `witness w${place} ${generateWitnessKey(`w${place}`).witnessKey.vkey}\n`,
      ).join('');
    assert.ok(!(parse(`${many(POLICY_LINES_MAX)}quorum none`) instanceof Fault));
    assert.ok(parse(`${many(POLICY_LINES_MAX + 1)}quorum none`) instanceof Fault);
  });

  it('is parsed without a throw, whatever the octets, and at every cut', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => void parsePolicy(bytes)));
    const text = `log ${logKey.vkey}\n${WITNESSES}group g 2 w1 w2 w3\nquorum g\n`;
    for (let length = 0; length < text.length; length++) void parse(text.slice(0, length));
  });
});
