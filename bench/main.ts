/** `npm run bench`: each figure beside a baseline from the same run. See docs/measured.md for what was seen. */
import { parseArgs } from 'node:util';
import type { Figure } from './figure.ts';
import { printFigures } from './table.ts';

type Part = (options: { quick: boolean }) => Promise<Figure[]>;

const PARTS: Readonly<Record<string, readonly (() => Promise<{ run: Part }>)[]>> = {
  ledger: [() => import('./ledger-append.ts'), () => import('./ledger-verify.ts')],
  standing: [() => import('./standing.ts')],
  equipment: [() => import('./equipment-s13.ts'), () => import('./equipment-n5g.ts')],
  messages: [() => import('./messages.ts')],
  propagation: [() => import('./propagation.ts')],
  payments: [() => import('./payments.ts')],
  records: [() => import('./records.ts')],
  trust: [
    () => import('./trust/sealing.ts'),
    () => import('./trust/folding.ts'),
    () => import('./trust/cosigning.ts'),
    () => import('./propagation.ts'),
    () => import('./ledger-append.ts'),
    () => import('./trust/bandwidth.ts'),
    () => import('./trust/simulation.ts'),
  ],
};

const { values, positionals } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean' },
  },
  allowPositionals: true,
});
const unknown = positionals.find((name) => !Object.hasOwn(PARTS, name));
if (values.help === true || unknown !== undefined) {
  if (unknown !== undefined) process.stderr.write(`There is no part '${unknown}'.\n`);
  process.stderr.write(`npm run bench -- [--quick] [--json] [${Object.keys(PARTS).join('|')} ...]\n`);
  process.exit(unknown === undefined ? 0 : 2);
}

const chosen = positionals.length === 0 ? Object.keys(PARTS) : positionals;
const all: { part: string; figures: Figure[] }[] = [];
for (const part of chosen) {
  const figures: Figure[] = [];
  for (const load of PARTS[part]!) {
    const { run } = await load();
    figures.push(...(await run({ quick: values.quick })));
  }
  all.push({ part, figures });
  if (!values.json) printFigures(part, figures);
}
if (values.json) process.stdout.write(`${JSON.stringify(all, null, 2)}\n`);
