/**
 * Owns small machines for tests of terminals: the process table is empty, the terminals are there with their
 * interrupt thread, and `main` runs on cpu0 as a thread of the kernel.
 */
import assert from 'node:assert/strict';
import { explore, type ExploreResult, type LocalOptions } from '@smplab/explore';
import {
  type Context,
  ExploredMachine,
  functionNumber,
  type Kernel,
  lwkt_create,
  Registry,
  type Steps,
  type Subsystem,
} from '@smplab/lwkt';
import { uioBytes, uioFill, uioFree, uioMake } from '../../src/file/uio.ts';
import { PROC_FIX_SWITCHES } from '../../src/history.ts';
import { ProcKernel, procs } from '../../src/proc-kernel.ts';
import { procinit } from '../../src/table/procinit.ts';
import { G } from '../../src/table/procglob.ts';
import { ttyintr } from '../../src/tty/interrupt.ts';
import { ttioctl } from '../../src/tty/ioctl.ts';
import { ttread, ttwrite } from '../../src/tty/read-write.ts';
import { bootTtys } from '../../src/tty/tty.ts';
import { T } from '../../src/tty/tty-layout.ts';
import { IO_NDELAY } from '../../src/tty/ttycom.ts';
import { ImageTable } from '../../src/user/image.ts';

export type Body = (k: Context, ...args: number[]) => Steps<unknown>;

const TTYS: Subsystem = {
  name: 'processes',
  fixes: PROC_FIX_SWITCHES,
  options: {},
  boot(kernel: Kernel) {
    bootTtys(kernel, procinit(kernel));
  },
  attach(kernel: Kernel) {
    kernel.proc = new ProcKernel(kernel, new ImageTable({}));
  },
  reset() {
    // Nothing is remembered.
  },
  quiesce: () => [],
  check: () => [],
};

/** A machine that runs `main`, with functions that can run on any CPU. */
export function ttyProgram(
  name: string,
  options: { readonly cpus?: number; readonly threads?: Readonly<Record<string, Body>> },
  main: Body,
): ExploredMachine {
  const registry = new Registry();
  for (const [each, body] of Object.entries(options.threads ?? {})) registry.register(each, body);
  registry.register('ttyintr', ttyintr);
  registry.addSubsystem(TTYS);
  return new ExploredMachine(name, {
    cpus: options.cpus ?? 1,
    registry,
    main: registry.register('main', main),
    checkLeaks: true,
  });
}

/** Explores, and fails unless the verdict is the one expected. */
export function verdictOf(program: ExploredMachine, verdict: string, options: LocalOptions): ExploreResult {
  const result = explore(program, { shrink: false, ...options });
  const said = [`${program.name}: ${result.message}`, ...(result.finding?.details ?? [])].join('\n  ');
  assert.equal(result.verdict, verdict, said);
  return result;
}

/** One schedule in which nothing goes wrong. */
export function runs(main: Body): void {
  verdictOf(ttyProgram('one run', {}, main), 'nothing-concurrent', { strategy: 'random', schedules: 1 });
}

/** The console of the machine. */
export function consoleOf(k: Context): number {
  return k.words[procs(k).g + G.g_console];
}

/** What a read that does not wait gives: bytes, or an errno. */
export function* readNow(k: Context, tp: number, count: number): Steps<readonly number[] | number> {
  const uio = yield* uioMake(k, count);
  const error = yield* ttread(k, tp, k.peek(tp + T.t_gen), uio, IO_NDELAY);
  const bytes = [...uioBytes(k, uio)];
  yield* uioFree(k, uio);
  return error === 0 ? bytes : error;
}

/** Writes a text, or what of it there is room for with `ioflag` IO_NDELAY; gives how many bytes went. */
export function* write(k: Context, tp: number, text: string, ioflag = 0): Steps<number> {
  const uio = yield* uioFill(k, new TextEncoder().encode(text));
  yield* ttwrite(k, tp, k.peek(tp + T.t_gen), uio, ioflag);
  const done = uioBytes(k, uio).length;
  yield* uioFree(k, uio);
  return done;
}

/** Issues a request: what it gives, or the negative errno. */
export function* request(k: Context, tp: number, cmd: number, word = 0): Steps<number> {
  const block = yield* uioMake(k, 4);
  k.words[block] = word;
  const error = yield* ttioctl(k, tp, k.peek(tp + T.t_gen), cmd, block, 3);
  const result = k.words[block];
  yield* uioFree(k, block);
  return error === 0 ? result : -error;
}

/** Starts a registered thread on a CPU. */
export function start(k: Context, name: string, cpu: number, ...args: number[]): Steps<number> {
  return lwkt_create(k, functionNumber(name), { cpu, args });
}
