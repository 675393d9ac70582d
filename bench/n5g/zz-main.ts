import { Worker } from 'node:worker_threads';
import { answerCpu } from './measured-process.ts';
const w = new Worker(new URL('./zz-worker.ts', import.meta.url));
w.on('message', (port) => answerCpu(port));
