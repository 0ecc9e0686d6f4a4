/** Owns /bin/cat: copies files, or standard input, to standard output. A program of the machine. */
import type { Steps } from '@smplab/lwkt';
import { strerror } from '../errno.ts';
import type { GeneratorImage } from '../user/image.ts';
import type { User } from '../user/user.ts';

const PART = 1024;
const EX_ERROR = 1;

export const cat: GeneratorImage = {
  *main(u: User, ...paths: string[]) {
    let status = 0;
    for (const path of paths.length === 0 ? ['-'] : paths) {
      const fd = path === '-' ? 0 : yield* u.open(path);
      if (fd >= 0 && (yield* copy(u, fd))) {
        if (fd > 0) yield* u.close(fd);
        continue;
      }
      yield* u.write(2, `cat: ${path === '-' ? 'stdin' : path}: ${strerror(u.errno)}\n`);
      status = EX_ERROR;
    }
    return status;
  },
};

/** Until the file ends; false with `u.errno` set for an error. */
function* copy(u: User, fd: number): Steps<boolean> {
  for (;;) {
    const bytes = yield* u.read(fd, PART);
    if (bytes === null) return false;
    if (bytes.length === 0) return true;
    if ((yield* u.write(1, bytes)) < 0) return false;
  }
}
