/**
 * Owns running programs of a machine with file systems in one schedule, and keeping what they write.
 */
import assert from 'node:assert/strict';
import { explore } from '@smplab/explore';
import type { Steps } from '@smplab/lwkt';
import { vfsScenario, type VfsScenarioOptions, type VfsUser } from '@smplab/vfs';
import { procfsScenario, type ProcfsScenarioOptions } from '../../src/procfs-scenario.ts';
import type { VfsProgram } from '../../src/programs/program.ts';
import { SYSTEM_PROGRAMS } from '../../src/programs/programs.ts';
import { readText } from '../../src/programs/reading.ts';

/** What a program wrote, and its exit status. */
interface Written {
  readonly out: string;
  readonly err: string;
  readonly status: number;
}

export type Run = (program: VfsProgram, ...argv: string[]) => Steps<Written>;

const decoder = new TextDecoder();

/** Runs `body` as the first program; `run` runs another within it. */
export function inMachine(
  body: (u: VfsUser, run: Run) => Steps,
  options: VfsScenarioOptions = {},
  more: VfsProgram = {},
): void {
  const main = {
    *main(u: VfsUser) {
      yield* body(u, (program, ...argv) => written(u, program, argv));
      return 0;
    },
    ...more,
  };
  const scenario = vfsScenario('programs', { cpus: 1, ...options }, { '/bin/sh': main });
  const { verdict, message, finding } = explore(scenario, {
    strategy: 'random',
    schedules: 1,
    shrink: false,
  });
  const isFine = ['none', 'proved', 'nothing-concurrent'].includes(verdict);
  assert.ok(isFine, [verdict, message, ...(finding?.details ?? [])].join('\n'));
}

function* written(u: VfsUser, program: VfsProgram, argv: readonly string[]): Steps<Written> {
  const texts = ['', '', ''];
  const write = function* (fd: number, data: string | Uint8Array): Steps<number> {
    if (fd > 2) return yield* own(fd, data);
    texts[fd] += typeof data === 'string' ? data : decoder.decode(data);
    return data.length;
  };
  const own = u.write.bind(u);
  // The same `u`, as it is after open and dup2 of a file that keeps everything.
  Object.defineProperty(u, 'write', { value: write, configurable: true });
  const status = yield* program['main'](u, ...(argv as never[])) as Steps;
  Reflect.deleteProperty(u, 'write');
  return { out: texts[1], err: texts[2], status: Number(status) };
}

/** Runs a program that must be well and silent. */
export function* done(run: Run, program: VfsProgram, ...argv: string[]): Steps {
  assert.deepEqual(yield* run(program, ...argv), { out: '', err: '', status: 0 });
}

/** Puts a file there. */
export function* put(u: VfsUser, path: string, text: string): Steps {
  const fd = yield* u.open(path, 0x601, 0o644);
  assert.ok(fd >= 0, `open ${path}: errno ${u.errno}`);
  if (text !== '') assert.equal(yield* u.write(fd, text), text.length);
  yield* u.close(fd);
}

/** Runs a command line of the shell, with all programs there; gives what it has written. */
export function inSystem(
  command: string,
  after: (u: VfsUser) => Steps = nothing,
  options: ProcfsScenarioOptions = {},
): string {
  let shown = '';
  const first = {
    *main(u: VfsUser) {
      const pid = yield* u.fork('shell');
      yield* u.wait4(pid);
      yield* after(u);
      shown = (yield* readText(u, '/out')) ?? '';
    },
    *shell(u: VfsUser) {
      yield* u.open('/out', 0x209);
      for (const fd of [1, 2]) yield* u.dup2(3, fd);
      yield* u.close(3);
      yield* u.execve('/bin/sh', ['sh', '-c', command]);
    },
  };
  const programs = { '/bin/first': first, ...SYSTEM_PROGRAMS };
  const { verdict, message, finding } = explore(procfsScenario('system', { cpus: 1, ...options }, programs), {
    strategy: 'random',
    schedules: 1,
    shrink: false,
  });
  assert.ok(
    ['none', 'proved', 'nothing-concurrent'].includes(verdict),
    [verdict, message, ...(finding?.details ?? [])].join('\n'),
  );
  return shown;
}

function* nothing(): Steps {
  // Only the shell.
}
