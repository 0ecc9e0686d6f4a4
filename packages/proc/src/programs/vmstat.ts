/** Owns /usr/bin/vmstat: with -m what the kernel has allocated, by type. A program of the machine. */
import { strerror } from '../errno.ts';
import { mallocInfoOf } from '../sysctl/malloc-info.ts';
import type { GeneratorImage } from '../user/image.ts';
import type { User } from '../user/user.ts';
import { getopt } from './getopt.ts';
import { textTable } from './text-table.ts';
import { readVariable } from './variables.ts';

const USAGE = 'usage: vmstat -m\n';
const EX_ERROR = 1;
const KILOBYTE_WORDS = 256;

export const vmstat: GeneratorImage = {
  *main(u: User, ...argv: string[]) {
    const { given, rest, error } = getopt(argv, 'm');
    if (error !== null || rest.length > 0 || !given.has('m')) {
      yield* u.write(2, (error === null ? '' : `vmstat: ${error}\n`) + USAGE);
      return EX_ERROR;
    }
    const bytes = yield* readVariable(u, 'kern.malloc');
    if (bytes === null) {
      yield* u.write(2, `vmstat: kern.malloc: ${strerror(u.errno)}\n`);
      return EX_ERROR;
    }
    const kilobytes = (words: number): string => `${Math.ceil(words / KILOBYTE_WORDS)}K`;
    const rows = mallocInfoOf(bytes).map((type) => [
      type.mi_name,
      String(type.mi_inuse),
      kilobytes(type.mi_memuse),
      kilobytes(type.mi_highuse),
      type.mi_limit === 0 ? '-' : kilobytes(type.mi_limit),
      String(type.mi_calls),
      String(type.mi_fail),
    ]);
    yield* u.print('Memory statistics by type');
    const headings = ['InUse', 'MemUse', 'HighUse', 'Limit', 'Requests', 'Fail'];
    const columns = [{ heading: 'Type', isText: true }, ...headings.map((heading) => ({ heading }))];
    for (const line of textTable(columns, rows)) yield* u.print(line);
    return 0;
  },
};
