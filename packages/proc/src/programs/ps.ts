/**
 * Owns /bin/ps: the process table as BSD shows it. A program of the machine: it asks kern.proc, and
 * kern.proc.args for each process it shows.
 *
 *     ps [-aHjlmuwx] [-o fields] [-p pid] [-t terminal] [-U user]      also without the first dash
 */
import type { Steps } from '@smplab/lwkt';
import { DEV_CONSOLE, DEV_TTYV0 } from '../file/filedesc-layout.ts';
import { type KinfoProcRecord, NOUDEV } from '../sysctl/kinfo.ts';
import { P_CONTROLT } from '../table/proc.ts';
import type { GeneratorImage } from '../user/image.ts';
import type { User } from '../user/user.ts';
import { getopt, numberOf, type Options } from './getopt.ts';
import {
  isKeyword,
  PS_DEFAULT,
  PS_JOBS,
  PS_LONG,
  PS_USER,
  psCells,
  psColumns,
  type PsKeyword,
  type PsMachine,
  type PsRow,
} from './ps-columns.ts';
import { textTable } from './text-table.ts';
import { getargs, getprocs, readNumber } from './variables.ts';

const USAGE = 'usage: ps [-aHjluwx] [-o fields] [-p pid] [-t terminal] [-U user]\n';
const LETTERS = 'aHjluwxo:p:t:U:';
const EX_ERROR = 1;
/** Columns of a terminal nobody knows the width of, and with one -w. */
const WIDTH = 79;
const WIDE = 131;

/** Which processes are wanted: a kind of kern.proc and its number, and what is left out afterwards. */
interface Choice {
  readonly kind: string;
  readonly id: readonly number[];
  readonly isOnTerminal: boolean;
}

export const ps: GeneratorImage = {
  *main(u: User, ...argv: string[]) {
    const [first = '', ...others] = argv;
    const isBare = first !== '' && !first.startsWith('-') && /^[a-zA-Z]+$/.test(first);
    const options = getopt(isBare ? [`-${first}`, ...others] : argv, LETTERS);
    const problem = options.error ?? (options.rest.length > 0 ? `unexpected ${options.rest[0]}` : null);
    if (problem !== null) return yield* fail(u, `ps: ${problem}\n${USAGE}`);
    const choice = yield* choiceOf(u, options);
    if (typeof choice === 'string') return yield* fail(u, `ps: ${choice}\n${USAGE}`);
    const keywords = keywordsOf(options);
    if (typeof keywords === 'string') return yield* fail(u, `ps: ${keywords}\n`);
    return yield* show(u, choice, keywords, options);
  },
};

function* fail(u: User, text: string): Steps<number> {
  yield* u.write(2, text);
  return EX_ERROR;
}

function* show(u: User, choice: Choice, keywords: readonly PsKeyword[], { given }: Options): Steps<number> {
  const records = yield* getprocs(u, choice.kind + (given.has('H') ? '_lwp' : ''), ...choice.id);
  if (records === null) return yield* fail(u, `ps: cannot read the process table: errno ${u.errno}\n`);
  const shown = records.filter((ki) => !choice.isOnTerminal || hasTerminal(ki));
  shown.sort((a, b) => a.kp_tdev - b.kp_tdev || a.kp_pid - b.kp_pid || a.kp_lwp.kl_tid - b.kp_lwp.kl_tid);
  const rows: PsRow[] = [];
  for (const ki of shown) rows.push({ ki, args: ki.kp_pid < 0 ? '' : yield* getargs(u, ki.kp_pid) });
  const machine: PsMachine = {
    ncpus: yield* readNumber(u, 'hw.ncpu'),
    pageBytes: yield* readNumber(u, 'hw.pagesize'),
    hz: u.hz,
    ticks: u.ticks,
  };
  const lines = textTable(
    psColumns(keywords),
    rows.map((row) => psCells(keywords, row, machine)),
  );
  const width = [WIDTH, WIDE][given.get('w')?.length ?? 0] ?? Infinity;
  for (const line of lines) yield* u.print(line.slice(0, width));
  return shown.length === 0 ? EX_ERROR : 0;
}

function hasTerminal(ki: KinfoProcRecord): boolean {
  return ki.kp_tdev !== NOUDEV && (ki.kp_flags & P_CONTROLT) !== 0;
}

/** What the options select; the text of what is wrong with them. */
function* choiceOf(u: User, { given }: Options): Steps<Choice | string> {
  const pid = given.get('p')?.at(-1);
  const terminal = given.get('t')?.at(-1);
  const user = given.get('U')?.at(-1);
  if (pid !== undefined) {
    const number = numberOf(pid);
    return number === null
      ? `illegal process id: ${pid}`
      : { kind: 'pid', id: [number], isOnTerminal: false };
  }
  if (terminal !== undefined) {
    const dev = terminalOf(terminal);
    return dev === null ? `no such terminal: ${terminal}` : { kind: 'tty', id: [dev], isOnTerminal: false };
  }
  const isOnTerminal = !given.has('x');
  if (user !== undefined) {
    const uid = user === 'root' ? 0 : numberOf(user);
    return uid === null ? `no such user: ${user}` : { kind: 'uid', id: [uid], isOnTerminal: false };
  }
  if (given.has('a')) return { kind: 'all', id: [], isOnTerminal };
  return { kind: 'uid', id: [yield* u.getuid()], isOnTerminal };
}

/** The number of a terminal by one of its names. */
function terminalOf(name: string): number | null {
  const short = name.replace(/^\/dev\//, '').replace(/^tty/, '');
  if (short === 'con' || short === 'console') return DEV_CONSOLE;
  const unit = /^v(\d+)$/.exec(short);
  return unit === null ? null : DEV_TTYV0 + Number(unit[1]);
}

function keywordsOf({ given }: Options): readonly PsKeyword[] | string {
  const fields = given.get('o');
  if (fields !== undefined) {
    const names = fields.flatMap((each) => each.split(/[ ,]+/)).filter((each) => each !== '');
    const unknown = names.find((each) => !isKeyword(each));
    if (unknown !== undefined) return `${unknown}: keyword not found`;
    return names.length === 0 ? 'no valid keywords' : (names as PsKeyword[]);
  }
  const format = given.has('l') ? PS_LONG : given.has('u') ? PS_USER : given.has('j') ? PS_JOBS : PS_DEFAULT;
  return given.has('H') ? format.flatMap((each) => (each === 'pid' ? [each, 'tid'] : [each])) : format;
}
