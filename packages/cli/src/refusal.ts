/**
 * Owns how the command says no: a wrong call or input is one line on stderr and status 2, a failure of smplab
 * itself is status 3 with the stack that helps to report it.
 */

/** Exit status of the command (contracts.md, section 1). */
export const STATUS = { clean: 0, finding: 1, refused: 2, broken: 3 } as const;

/** The call or its input is wrong; the message is one sentence for the user. */
export class Refusal extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'Refusal';
  }
}

/** Names of errors that are answers to bad input, here and in the packages below. */
const REFUSALS = new Set(['Refusal', 'InputError', 'ScheduleError']);

function isRefusal(error: unknown): error is Error {
  return error instanceof Error && REFUSALS.has(error.name);
}

/** What an error means for the user of the command: a line (or more) for stderr, and the exit status. */
export function verdictOn(error: unknown): { text: string; status: number } {
  if (isRefusal(error)) return { text: `smplab: ${oneLine(error.message)}`, status: STATUS.refused };
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { text: `smplab failed, which is its own fault: ${stack}`, status: STATUS.broken };
}

function oneLine(text: string): string {
  return text.trim().replace(/\s*[\r\n]+\s*/g, ' ');
}
