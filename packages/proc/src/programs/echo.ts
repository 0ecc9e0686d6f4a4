/** Owns /bin/echo, /bin/true and /bin/false. Programs of the machine. */
import { strerror } from '../errno.ts';
import type { GeneratorImage } from '../user/image.ts';
import type { User } from '../user/user.ts';

/** Writes its arguments; -n leaves the end of the line out. */
export const echo: GeneratorImage = {
  *main(u: User, ...argv: string[]) {
    const isUnended = argv[0] === '-n';
    const text = argv.slice(isUnended ? 1 : 0).join(' ');
    const written = yield* u.write(1, isUnended ? text : `${text}\n`);
    if (written >= 0) return 0;
    yield* u.write(2, `echo: write error: ${strerror(u.errno)}\n`);
    return 1;
  },
};

/** Succeeds. */
export const trueProgram: GeneratorImage = {
  *main(_u: User) {
    return 0;
  },
};

/** Fails. */
export const falseProgram: GeneratorImage = {
  *main(_u: User) {
    return 1;
  },
};
