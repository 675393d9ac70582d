import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { MeasuredProcess } from './measured-process.ts';
const run = promisify(execFile);
const kinds = ['plain', 'raw', 'str', 'shared', 'closures', 'once'];
const ps = []; for (const k of kinds) ps.push(await MeasuredProcess.start(new URL('./zz-raw.ts', import.meta.url), [k]));
const best: Record<string, number[]> = {};
for (let round = 0; round < 6; round++) for (const [i, k] of kinds.entries()) {
  const p = ps[i]!; const n = 40000;
  const url = `http://127.0.0.1:${p.port}/n5g-eir-eic/v1/equipment-status?pei=imeisv-3520990017614823&supi=imsi-450970000000001`;
  const before = await p.cpuMicros();
  await run('h2load', ['-c8', '-m32', '-t1', `-n${n}`, url]);
  const cpu = (await p.cpuMicros() - before) / n;
  if (round > 0) (best[k] ??= []).push(cpu);
}
for (const k of kinds) console.log(k, best[k]!.sort((a, b) => a - b).map(x => x.toFixed(1)).join(' '));
for (const p of ps) await p.stop();
