import { orThrow } from '../../base/fault.ts';
import { CONSTITUTION_KIND } from '../../governance/constitution.ts';
import { PROPOSAL_KIND } from '../../governance/proposal.ts';
import { joinPapers, parsePaper } from '../../governance/signed-paper.ts';
import { ConsortiumCommandError, readPaper } from './place.ts';

/** One paper out of the copies that several people signed. */
export async function joinFiles(files: readonly string[]): Promise<Buffer> {
  const papers = await Promise.all(files.map(async (file) => ({ file, ...(await readPaper(file)) })));
  const [first, ...others] = papers.map(({ file, bytes, kind }) => {
    if (kind !== CONSTITUTION_KIND && kind !== PROPOSAL_KIND) {
      throw new ConsortiumCommandError({ code: 'CONSORTIUM_PAPER_UNKNOWN', file });
    }
    return orThrow(parsePaper(bytes, kind));
  });
  return orThrow(joinPapers([first!, ...others]));
}
