/**
 * Owns /usr/bin/top: what the machine does, from /proc, again and again until ^C. A program of the machine;
 * at a terminal that can, each display takes the place of the one before.
 *
 *     top [-d displays] [-s seconds] [number]
 */
import type { Steps } from '@smplab/lwkt';
import { libc } from '@smplab/proc';
import type { VfsUser } from '@smplab/vfs';
import { clockOf, dateText } from './local-time.ts';
import { readProcesses } from './proc-table.ts';
import { complain, usage, type VfsProgram } from './program.ts';
import { readText } from './reading.ts';
import { type MachineTexts, type Sample, topLines } from './top-display.ts';
import { userNames } from './users.ts';

const USAGE = 'top [-d displays] [-s seconds] [number]';
const SECONDS = 2;
/** Processes on a screen of 24 lines. */
const ROWS = 17;
/** Cursor to the corner; the rest of the line, and of the screen, empty. */
const HOME = '\u001b[H';
const END_OF_LINE = '\u001b[K';
const END_OF_SCREEN = '\u001b[J';

export const top: VfsProgram = {
  *main(u: VfsUser, ...argv: string[]) {
    const { given, rest, error } = libc.getopt(argv, 'd:s:');
    const numbers = [given.get('d')?.at(-1), given.get('s')?.at(-1), ...rest];
    const isWrong =
      rest.length > 1 || numbers.some((each) => each !== undefined && !/^[1-9]\d{0,8}$/.test(each));
    if (error !== null || isWrong) return yield* usage(u, 'top', error, USAGE);
    const [displays = 'Infinity', seconds = SECONDS, rows = ROWS] = numbers;
    const hasScreen = (u.getenv('TERM') ?? 'dumb') !== 'dumb';
    let before: Sample | null = null;
    for (let left = Number(displays); left > 0; left--) {
      const sample = yield* sampleOf(u);
      if (sample === null) return yield* complain(u, 'top', '/proc');
      const lines = topLines(sample, before, (yield* userNames(u)).user, Number(rows));
      yield* show(u, lines, hasScreen, before !== null);
      before = sample;
      if (left > 1 && (yield* u.sleep(Number(seconds))) < 0) break;
    }
    return 0;
  },
};

function* sampleOf(u: VfsUser): Steps<Sample | null> {
  const processes = yield* readProcesses(u, '/proc');
  if (processes === null) return null;
  const clock = yield* clockOf(u);
  const texts: MachineTexts = {
    loadavg: yield* readText(u, '/proc/loadavg'),
    uptime: yield* readText(u, '/proc/uptime'),
    stat: yield* readText(u, '/proc/stat'),
    meminfo: yield* readText(u, '/proc/meminfo'),
  };
  return { ticks: u.ticks, hz: u.hz, time: dateText(clock.now, clock), texts, processes };
}

function* show(u: VfsUser, lines: readonly string[], hasScreen: boolean, isAgain: boolean): Steps {
  if (!hasScreen) {
    yield* u.write(1, `${isAgain ? '\n' : ''}${lines.join('\n')}\n`);
    return;
  }
  yield* u.write(1, `${HOME}${lines.map((line) => `${line}${END_OF_LINE}\n`).join('')}${END_OF_SCREEN}`);
}
