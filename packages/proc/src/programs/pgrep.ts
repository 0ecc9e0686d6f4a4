/**
 * Owns /bin/pgrep: the pids of processes whose name, or with -f command line, matches. A program of the
 * machine.
 */
import type { GeneratorImage } from '../user/image.ts';
import type { User } from '../user/user.ts';
import { getopt } from './getopt.ts';
import { getargs, getprocs } from './variables.ts';

const USAGE = 'usage: pgrep [-flx] pattern\n';
/** Status when there is none, and for a wrong command line. */
const NONE = 1;
const EX_USAGE = 2;

export const pgrep: GeneratorImage = {
  *main(u: User, ...argv: string[]) {
    const { given, rest, error } = getopt(argv, 'flx');
    const pattern = rest.length === 1 ? patternOf(rest[0], given.has('x')) : null;
    if (error !== null || pattern === null) {
      const problem = error ?? (rest.length === 1 ? `cannot compile '${rest[0]}'` : null);
      yield* u.write(2, (problem === null ? '' : `pgrep: ${problem}\n`) + USAGE);
      return EX_USAGE;
    }
    const own = yield* u.getpid();
    let status = NONE;
    const records = (yield* getprocs(u, 'all')) ?? [];
    for (const ki of [...records].sort((a, b) => a.kp_pid - b.kp_pid)) {
      if (ki.kp_pid < 0 || ki.kp_pid === own) continue;
      const args = given.has('f') ? yield* getargs(u, ki.kp_pid) : '';
      const name = args === '' ? ki.kp_comm : args;
      if (!pattern.test(name)) continue;
      status = 0;
      yield* u.print(given.has('l') ? `${ki.kp_pid} ${name}` : String(ki.kp_pid));
    }
    return status;
  },
};

function patternOf(text: string, isExact: boolean): RegExp | null {
  try {
    return new RegExp(isExact ? `^(?:${text})$` : text);
  } catch {
    return null;
  }
}
