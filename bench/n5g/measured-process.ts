import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

/** In the measured process: tells where it listens, and its processor time whenever it is asked. */
export function answerCpu(port: number): void {
  process.on('message', () => {
    const { userCPUTime, systemCPUTime } = process.resourceUsage();
    process.send!({ cpuMicros: userCPUTime + systemCPUTime });
  });
  process.send!({ port });
}

/** A server in a process of its own. */
export class MeasuredProcess {
  readonly port: number;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, port: number) {
    this.#child = child;
    this.port = port;
  }

  static async start(script: URL, args: readonly string[] = []): Promise<MeasuredProcess> {
    const child = fork(script, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    const [message] = (await once(child, 'message')) as [{ port: number }];
    return new MeasuredProcess(child, message.port);
  }

  /** User and system time of all its threads so far, in microseconds. */
  async cpuMicros(): Promise<number> {
    this.#child.send({});
    const [message] = (await once(this.#child, 'message')) as [{ cpuMicros: number }];
    return message.cpuMicros;
  }

  async stop(): Promise<void> {
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await exited;
  }
}
