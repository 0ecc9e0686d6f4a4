/**
 * Owns what tests of terminals need of programs: scenarios that are explored, the context under a program,
 * and a user at a terminal who types and looks at the screen.
 */
import assert from 'node:assert/strict';
import { explore, type ExploreResult, type LocalOptions } from '@smplab/explore';
import type { Context, Steps } from '@smplab/lwkt';
import { procs } from '../../src/proc-kernel.ts';
import { type ProcessScenario, processScenario } from '../../src/process-scenario.ts';
import { G } from '../../src/table/procglob.ts';
import { ttyTranscript } from '../../src/tty/output.ts';
import { Tty } from '../../src/tty/tty-layout.ts';
import { TIOCGPGRP, TIOCSPGRP, TIOCSTI } from '../../src/tty/ttycom.ts';
import type { Programs } from '../../src/user/image.ts';
import type { User } from '../../src/user/user.ts';

export const ONE: LocalOptions = { strategy: 'random', schedules: 1 };
export const MANY: LocalOptions = { strategy: 'random', schedules: 80 };

/** Numbers of terminals in the order of bootTtys. */
const CONSOLE = 0;
export const TTYV0 = 1;

/** A scenario of programs with memory enough for a shell. */
export function programs(
  images: Programs,
  options: {
    readonly cpus?: number;
    readonly argv?: readonly string[];
    readonly asSeed?: readonly string[];
  } = {},
): ProcessScenario {
  const limits = { pageWords: 64, maxproc: 24 };
  return processScenario('terminals', { cpus: 2, limits, ...options }, images);
}

/** Explores, and fails unless the verdict is the one expected. */
export function verdictOf(scenario: ProcessScenario, verdict: string, options: LocalOptions): ExploreResult {
  const result = explore(scenario, { shrink: false, ...options });
  const said = [
    result.message,
    ...(result.finding?.details ?? []),
    ...result.races.map((race) => race.object),
  ];
  assert.equal(result.verdict, verdict, said.join('\n  '));
  return result;
}

/** Nothing is found, races included. */
export function holds(images: Programs, options: LocalOptions = MANY): void {
  const result = verdictOf(programs(images), 'none', options);
  assert.deepEqual(result.races, []);
}

/** The context a program runs in. */
export function contextOf(u: User): Context {
  return (u as unknown as { readonly k: Context }).k;
}

/** What a terminal shows. */
export function screen(u: User, unit = CONSOLE): string {
  const k = contextOf(u);
  return ttyTranscript(k.kernel, k.words[procs(k).g + G.g_ttys] + unit * Tty.size);
}

/** Hits keys at the terminal behind a descriptor. */
export function* type(u: User, fd: number, keys: string): Steps {
  for (const byte of new TextEncoder().encode(keys)) {
    const error = yield* u.ioctl(fd, TIOCSTI, [byte]);
    u.assert(error >= 0, `TIOCSTI gives errno ${u.errno}`);
  }
}

/** Waits until the terminal shows something; looks once a tick. */
export function* expect(u: User, unit: number, wanted: string | RegExp): Steps<string> {
  for (let look = 0; look < 2000; look++) {
    const text = screen(u, unit);
    if (typeof wanted === 'string' ? text.includes(wanted) : wanted.test(text)) return text;
    yield* u.nanosleep(1);
  }
  return u.fail(`the screen never showed ${String(wanted)}: ${JSON.stringify(screen(u, unit))}`);
}

export function tcsetpgrp(u: User, fd: number, pgid: number): Steps<number> {
  return u.ioctl(fd, TIOCSPGRP, [pgid]);
}

/** The foreground group, or -1. */
export function* tcgetpgrp(u: User, fd: number): Steps<number> {
  const group = [0];
  return (yield* u.ioctl(fd, TIOCGPGRP, group)) < 0 ? -1 : group[0];
}
