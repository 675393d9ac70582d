import { destination, pino } from 'pino';

/** The part of a logger that rooms use. Messages and facts never hold personal data. */
export interface Log {
  debug(facts: object, message: string): void;
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}

/** JSON lines on standard error, so that standard output stays free for a command's answer. */
export function createLog(options: { member: string; level: string }): Log {
  return pino({ level: options.level, base: { member: options.member } }, destination({ dest: 2, sync: true }));
}

export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} };
