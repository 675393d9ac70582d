import { orThrow } from '../../base/fault.ts';
import { parseIntroduction } from '../../governance/introduction.ts';
import { readPaper } from './place.ts';
import type { MakeChange } from './make-change.ts';

export const admit: MakeChange<object> = async ([file]) => {
  const { bytes } = await readPaper(file!);
  return { kind: 'member.admitted', member: orThrow(parseIntroduction(bytes)) };
};
