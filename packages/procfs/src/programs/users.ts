/**
 * Owns the names of users and groups (getpwuid(3), getgrgid(3)): those of /etc/passwd and /etc/group, and
 * without these files those every BSD has. Runs in the program.
 */
import type { Steps } from '@smplab/lwkt';
import type { VfsUser } from '@smplab/vfs';
import { readText } from './reading.ts';

const USERS = 'root:*:0\ndaemon:*:1\noperator:*:2\nbin:*:3\nnobody:*:65534';
const GROUPS =
  'wheel:*:0\ndaemon:*:1\nkmem:*:2\nsys:*:3\ntty:*:4\noperator:*:5\nbin:*:7\nstaff:*:20\nnobody:*:65534';

/** Gives the name for a number, or the number. */
export type Names = (id: number) => string;

/** Both. */
export function* userNames(u: VfsUser): Steps<{ readonly user: Names; readonly group: Names }> {
  const { errno } = u;
  const passwd = yield* readText(u, '/etc/passwd');
  const group = yield* readText(u, '/etc/group');
  u.errno = errno;
  return { user: namesIn(passwd ?? USERS), group: namesIn(group ?? GROUPS) };
}

/** Lines `name:password:number...`; the first with a number counts. */
function namesIn(text: string): Names {
  const names = new Map<number, string>();
  for (const line of text.split('\n')) {
    const [, name, id] = /^([^:#]+):[^:]*:(\d+)(?::|$)/.exec(line) ?? [];
    if (name !== undefined && !names.has(Number(id))) names.set(Number(id), name);
  }
  return (id) => names.get(id) ?? String(id);
}
