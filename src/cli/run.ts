import { type Command, CommanderError } from 'commander';
import { Fault } from '../base/fault.ts';

/** How a command ends: 0 done, 1 an expected failure or a check that did not hold, 2 used wrongly. */
export const EXIT = { done: 0, failed: 1, usage: 2 } as const;

/** Runs the command line. An expected failure becomes one line with its code; anything else keeps its stack. */
export async function runCommand(program: Command, argv: readonly string[]): Promise<void> {
  throwInsteadOfExit(program);
  // Off first: one process may run several commands.
  process.stdout.off('error', endQuietly).on('error', endQuietly);
  try {
    await program.parseAsync(argv);
  } catch (error) {
    process.exitCode = report(error);
  }
}

/** A reader of standard output that has seen enough, such as `head`, ends the command, and no more than that. */
function endQuietly(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
  if (process.listenerCount('SIGTERM') === 0) process.exit(EXIT.done);
  process.kill(process.pid, 'SIGTERM'); // what runs nodes stops them
}

function report(thrown: unknown): number {
  const error = isSystemError(thrown) ? systemFault(thrown) : thrown;
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  if (error instanceof Fault) {
    const { code, ...facts } = error.facts;
    const details = Object.entries(facts).map(([fact, value]) => `${fact}=${String(value)}`);
    process.stderr.write(`${[code, ...details].join(' ')}\nWhat it means: docs/errors.md\n`);
    return EXIT.failed;
  }
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  return EXIT.failed;
}

/** The system said no: a missing right, a full disk, a port in use. The stack would tell nothing more. */
function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error && 'code' in error;
}

function systemFault({ code, syscall = '-', path = '-' }: NodeJS.ErrnoException): Fault {
  return new Fault({ code: 'SYSTEM_REFUSED', reason: code ?? '-', call: syscall, path });
}

function throwInsteadOfExit(command: Command): void {
  command.exitOverride();
  command.commands.forEach(throwInsteadOfExit);
}
