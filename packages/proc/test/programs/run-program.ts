/**
 * Owns running a program of the machine in one schedule and keeping what it writes, by descriptor.
 */
import assert from 'node:assert/strict';
import { explore } from '@smplab/explore';
import type { Steps } from '@smplab/lwkt';
import { processScenario } from '../../src/process-scenario.ts';
import type { GeneratorImage } from '../../src/user/image.ts';
import type { User } from '../../src/user/user.ts';

/** What a program wrote, and its exit status. */
interface Written {
  readonly out: string;
  readonly err: string;
  readonly status: number;
}

export type Run = (program: GeneratorImage, ...argv: string[]) => Steps<Written>;

const decoder = new TextDecoder();

/** Runs `body` as the first program; `run` runs another within it. `more` are its entries for fork. */
export function inMachine(body: (u: User, run: Run) => Steps, more: GeneratorImage = {}, cpus = 1): void {
  const main = {
    *main(u: User) {
      yield* body(u, (program, ...argv) => written(u, program, argv));
      return 0;
    },
    ...more,
  };
  const scenario = processScenario('programs', { cpus }, { '/bin/sh': main });
  const { verdict, message, finding } = explore(scenario, {
    strategy: 'random',
    schedules: 1,
    shrink: false,
  });
  const isFine = ['none', 'proved', 'nothing-concurrent'].includes(verdict);
  assert.ok(isFine, [verdict, message, ...(finding?.details ?? [])].join('\n'));
}

function* written(u: User, program: GeneratorImage, argv: readonly string[]): Steps<Written> {
  const texts = ['', '', ''];
  const write = function* (fd: number, data: string | Uint8Array): Steps<number> {
    texts[fd] += typeof data === 'string' ? data : decoder.decode(data);
    yield* u.getpid();
    return data.length;
  };
  // The same `u`, as it is after open and dup2 of a file that keeps everything.
  Object.defineProperty(u, 'write', { value: write, configurable: true });
  const status = yield* program.main(u, ...(argv as never[])) as Steps<unknown>;
  Reflect.deleteProperty(u, 'write');
  return { out: texts[1], err: texts[2], status: Number(status) };
}
