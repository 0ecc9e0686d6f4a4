/**
 * Owns scenarios of text programs: a generator program starts them, watches them, and judges how they end.
 */
import { explores } from '@smplab/explore/mocha';
import type { Context, Steps } from '@smplab/lwkt';
import { processScenario, type ProcessScenarioOptions } from '../../src/process-scenario.ts';
import { pfind } from '../../src/table/find.ts';
import { P } from '../../src/table/proc.ts';
import { textImage } from '../../src/text/assembler.ts';
import type { GeneratorImage } from '../../src/user/image.ts';
import type { User } from '../../src/user/user.ts';

export interface TextProgramOptions extends ProcessScenarioOptions {
  /** Default 20. */
  readonly schedules?: number;
  readonly strategy?: string;
  readonly preemptions?: number;
  readonly expects?: NonNullable<Parameters<typeof explores>[1]>['expects'];
}

/** Text programs have room under explore too. */
export const LIMITS = { vmPages: 24 } as const;

/** A mocha test body: explores a generator program at /bin/test beside text programs by path. */
export function explored(
  name: string,
  program: GeneratorImage,
  texts: Readonly<Record<string, string>>,
  options: TextProgramOptions = {},
): ReturnType<typeof explores> {
  const { schedules = 20, strategy = 'random', preemptions, expects, limits, ...rest } = options;
  const images = Object.fromEntries(
    Object.entries(texts).map(([path, source]) => [path, textImage(source)] as const),
  );
  const scenario = processScenario(
    name,
    { cpus: 2, limits: { ...LIMITS, ...limits }, ...rest },
    { '/bin/test': program, ...images },
  );
  return explores(scenario, {
    strategy,
    schedules,
    shrink: false,
    ...(preemptions !== undefined && { preemptions }),
    ...(expects !== undefined && { expects }),
  });
}

/** Explores one text program by itself: it has to end with this wait status. */
export function ends(
  name: string,
  source: string,
  status: number,
  options: TextProgramOptions = {},
): ReturnType<typeof explores> {
  const program: GeneratorImage = {
    *main(u) {
      const pid = yield* u.fork('child');
      const ended = yield* u.wait4(pid);
      u.assert(ended.status === status, `status ${ended.status}, not ${status}`);
    },
    *child(u) {
      yield* u.execve('/bin/text', ['text', 'one', 'two']);
    },
  };
  return explored(name, program, { '/bin/text': source }, { schedules: 5, ...options });
}

/**
 * Explores one text program that is right if it exits with 0; otherwise it says which of its checks failed.
 */
export function passes(
  name: string,
  source: string,
  options: TextProgramOptions = {},
): ReturnType<typeof explores> {
  return ends(name, source, 0, options);
}

/** The end of a program whose checks jump to `fail` with their number in r12. */
export const VERDICT = `
  pass: li r1, 0
        sys exit
  fail: mov r1, r12
        sys exit
`;

/** The context of a program's thread: debuggers are kernel code, whoever asks for them. */
export function kernelOf(u: User): Context {
  return (u as unknown as { readonly k: Context }).k;
}

/** Lays the registers of a stopped process open: its one lwp, held. */
export function* lwpOf(k: Context, pid: number): Steps<{ p: number; lp: number }> {
  const p = yield* pfind(k, pid);
  if (p === 0) k.misuse('assertion', `there is no process ${pid}`);
  yield* k.gettoken(p + P.p_token);
  const lp = k.get(p + P.p_lwp_tree);
  yield* k.reltoken(p + P.p_token);
  return { p, lp };
}
