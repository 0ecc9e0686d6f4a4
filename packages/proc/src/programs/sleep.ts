/** Owns /bin/sleep: sleeps for some seconds of the machine's clock. A program of the machine. */
import type { GeneratorImage } from '../user/image.ts';
import type { User } from '../user/user.ts';

const EX_ERROR = 1;

export const sleep: GeneratorImage = {
  *main(u: User, ...argv: string[]) {
    const seconds = argv.length === 1 && /^(\d+\.?\d*|\.\d+)$/.test(argv[0]) ? Number(argv[0]) : -1;
    const ticks = Math.round(seconds * u.hz);
    if (seconds < 0 || ticks > 0x7fffffff) {
      yield* u.write(2, 'usage: sleep seconds\n');
      return EX_ERROR;
    }
    if (ticks > 0) yield* u.nanosleep(ticks);
    return 0;
  },
};
