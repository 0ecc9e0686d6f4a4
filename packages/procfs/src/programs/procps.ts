/**
 * Owns /usr/bin/procps: ps that reads /proc and nothing else, so that it shows of a tree mounted elsewhere
 * what that has. A program of the machine.
 *
 *     procps [-d directory] [pid ...]
 */
import { libc } from '@smplab/proc';
import type { VfsUser } from '@smplab/vfs';
import { clockOf, listedTime } from './local-time.ts';
import { cpuTime, type ProcRecord, readProcess, readProcesses, terminalName } from './proc-table.ts';
import { complain, EX_ERROR, usage, type VfsProgram } from './program.ts';
import { userNames } from './users.ts';

const USAGE = 'procps [-d directory] [pid ...]';
const COLUMNS = [
  { heading: 'USER', isText: true },
  ...['PID', 'PPID', 'PGID', 'SID'].map((heading) => ({ heading })),
  ...['TT', 'WCHAN', 'STARTED'].map((heading) => ({ heading, isText: true })),
  { heading: 'TIME' },
  { heading: 'COMMAND', isText: true },
];

export const procps: VfsProgram = {
  *main(u: VfsUser, ...argv: string[]) {
    const { given, rest, error } = libc.getopt(argv, 'd:');
    const isPid = (word: string): boolean => /^\d+$/.test(word);
    if (error !== null || !rest.every(isPid)) return yield* usage(u, 'procps', error, USAGE);
    const directory = given.get('d')?.at(-1) ?? '/proc';
    let found: ProcRecord[] | null = [];
    for (const pid of rest) {
      const record = yield* readProcess(u, directory, Number(pid));
      if (record !== null) found.push(record);
    }
    if (rest.length === 0) found = yield* readProcesses(u, directory);
    if (found === null) return yield* complain(u, 'procps', directory);
    const { user } = yield* userNames(u);
    const clock = yield* clockOf(u);
    const rows = found.map((each) => [
      user(each.uid),
      ...[each.pid, each.ppid, each.pgid, each.sid].map(String),
      terminalName(each.tty),
      each.wchan === 'nochan' ? '-' : each.wchan,
      listedTime(Math.floor(each.start), clock),
      cpuTime(each.user + each.system),
      commandOf(each),
    ]);
    for (const line of libc.textTable(COLUMNS, rows)) yield* u.print(line);
    return found.length === 0 ? EX_ERROR : 0;
  },
};

/** The command line; the name in brackets of what has none. */
function commandOf({ args, comm }: ProcRecord): string {
  return args === '' ? `(${comm})` : args;
}
