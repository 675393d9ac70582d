import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { MeasuredProcess } from './measured-process.ts';
const run = promisify(execFile);
for (let round = 0; round < 2; round++) for (const w of ['./gate-process.ts','./bare-process.ts','./zz-main.ts','./zz-opts.ts','./zz-listen.ts']) {
  const p = await MeasuredProcess.start(new URL(w, import.meta.url), ['100000']);
  const url = `http://127.0.0.1:${p.port}/n5g-eir-eic/v1/equipment-status?pei=imeisv-3520990017614823&supi=imsi-450970000000001`;
  await run('h2load', ['-c8', '-m32', '-t1', '-n20000', url]);
  const before = await p.cpuMicros(); const n = 60000;
  const { stdout } = await run('h2load', ['-c8', '-m32', '-t1', `-n${n}`, url]);
  const cpu = await p.cpuMicros() - before;
  console.log(w, stdout.match(/finished in .*/)?.[0], 'cpu us/req', (cpu / n).toFixed(2));
  await p.stop();
}
