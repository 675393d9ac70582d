import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { entryOfPaper, POLICY, TestGovernance } from '../../test/support/governance.ts';
import { TIME_MS_MAX } from '../base/clock.ts';
import { Fault, orThrow, type Parsed } from '../base/fault.ts';
import type { Change } from './change.ts';
import { foldGovernance } from './fold.ts';
import { newProposal, parseProposal, PROPOSAL_KIND } from './proposal.ts';
import { joinPapers, PAPER_SIZE_MAX, parsePaper, unsignedPaper, withSignature } from './signed-paper.ts';

const change: Change = { kind: 'policy.set', policy: POLICY };

function codeOf(parsed: Parsed<unknown, Fault['facts']>): string | undefined {
  return parsed instanceof Fault ? (parsed as Fault).facts.code : undefined;
}

describe('a paper that members sign', () => {
  it('is read in one form alone: a space, an order, another paper’s first line, a line more are refused', () => {
    const paper = new TestGovernance().proposal(change, ['hanbit']).toString('utf8');
    const cases: readonly (readonly [edit: (text: string) => string, code: string])[] = [
      [(text) => text.replace('"kind":"policy.set"', '"kind": "policy.set"'), 'GOVERNANCE_NOT_CANONICAL'],
      [
        (text) => text.replace(/"after":\{"root":("[^"]*"),"size":1\}/, '"after":{"size":1,"root":$1}'),
        'GOVERNANCE_NOT_CANONICAL',
      ],
      [(text) => text.replace(/\{.*\}/, '{"after":1'), 'GOVERNANCE_NOT_CANONICAL'],
      [(text) => text.replace(PROPOSAL_KIND, 'bongsu/constitution@v1'), 'GOVERNANCE_MALFORMED'],
      [(text) => text.replace('\n\n', '\nmore\n\n'), 'GOVERNANCE_MALFORMED'],
      [(text) => text.replace('\n\n', '\n'), 'NOTE_MALFORMED'],
    ];
    assert.equal(codeOf(parsePaper(Buffer.from(paper), PROPOSAL_KIND)), undefined);
    for (const [edit, code] of cases) {
      const edited = edit(paper);
      assert.notEqual(edited, paper);
      assert.equal(codeOf(parsePaper(Buffer.from(edited), PROPOSAL_KIND)), code, edited);
    }
  });

  it('has the largest size, and not one octet more', () => {
    const empty = unsignedPaper(PROPOSAL_KIND, '').length;
    const ofSize = (size: number): Buffer => unsignedPaper(PROPOSAL_KIND, 'x'.repeat(size - empty));
    assert.equal(codeOf(parsePaper(ofSize(PAPER_SIZE_MAX), PROPOSAL_KIND)), undefined);
    assert.equal(codeOf(parsePaper(ofSize(PAPER_SIZE_MAX + 1), PROPOSAL_KIND)), 'GOVERNANCE_TOO_LARGE');
  });

  it('is put together from copies, and not from two papers', () => {
    const log = new TestGovernance();
    const made = { after: log.fold.head, proposedBy: log.member('hanbit').name, timeMs: 1_700_000_000_000 };
    const signedBy = (name: string, one: Change) => {
      const unsigned = orThrow(parsePaper(newProposal({ ...made, change: one }), PROPOSAL_KIND));
      return orThrow(parsePaper(withSignature(unsigned, log.member(name).governance), PROPOSAL_KIND));
    };
    const [first, second] = [signedBy('hanbit', change), signedBy('narae', change)];
    const otherChange: Change = { kind: 'policy.set', policy: { ...POLICY, threshold: 3 } };
    assert.equal(codeOf(joinPapers([first, signedBy('narae', otherChange)])), 'GOVERNANCE_OTHER_PROPOSAL');
    assert.equal(log.take(orThrow(joinPapers([first, second, first]))), undefined);
  });

  it('was made before the year 10000', () => {
    const log = new TestGovernance();
    const made = { after: log.fold.head, proposedBy: log.member('hanbit').name, change };
    const at = (timeMs: number) => codeOf(parseProposal(newProposal({ ...made, timeMs })));
    assert.equal(at(TIME_MS_MAX), undefined);
    assert.equal(at(TIME_MS_MAX + 1), 'GOVERNANCE_MALFORMED');
  });

  it('founds nothing where it is a proposal', () => {
    const proposal = entryOfPaper(new TestGovernance().proposal(change, ['hanbit', 'narae']));
    for (const entries of [[], [proposal]]) assert.equal(codeOf(foldGovernance(entries)), 'GOVERNANCE_ENTRY_UNKNOWN');
  });
});
