/**
 * Owns /bin/pstree: the processes as a tree, from a pid (default 1) or from all roots with -a. A program of
 * the machine: one look at kern.proc.all.
 */
import type { Steps } from '@smplab/lwkt';
import type { KinfoProcRecord } from '../sysctl/kinfo.ts';
import type { GeneratorImage } from '../user/image.ts';
import type { User } from '../user/user.ts';
import { getopt, numberOf } from './getopt.ts';
import { getprocs } from './variables.ts';

const USAGE = 'usage: pstree [-ap] [pid]\n';
const EX_ERROR = 1;
const INIT = 1;

export const pstree: GeneratorImage = {
  *main(u: User, ...argv: string[]) {
    const { given, rest, error } = getopt(argv, 'ap');
    const root = rest.length === 0 ? INIT : numberOf(rest[0]);
    if (error !== null || rest.length > 1 || root === null) {
      yield* u.write(2, `pstree: ${error ?? 'one process id is needed'}\n${USAGE}`);
      return EX_ERROR;
    }
    const records = yield* getprocs(u, 'all');
    const processes = (records ?? []).filter((ki) => ki.kp_pid >= 0).sort((a, b) => a.kp_pid - b.kp_pid);
    const roots = given.has('a') ? rootsOf(processes) : processes.filter((ki) => ki.kp_pid === root);
    if (roots.length === 0) return EX_ERROR;
    const showsPid = given.has('p');
    for (const each of roots) yield* show(u, each, processes, showsPid);
    return 0;
  },
};

/** Processes whose parent is not among them; process 0 is its own. */
function rootsOf(processes: readonly KinfoProcRecord[]): KinfoProcRecord[] {
  const pids = new Set(processes.map((ki) => ki.kp_pid));
  return processes.filter((ki) => !pids.has(ki.kp_ppid) || ki.kp_ppid === ki.kp_pid);
}

function* show(
  u: User,
  root: KinfoProcRecord,
  processes: readonly KinfoProcRecord[],
  showsPid: boolean,
): Steps {
  for (const line of treeLines(root, processes, showsPid, '', '')) yield* u.print(line);
}

/** A process and those below it; `first` goes before its own line, `others` before those of its children. */
function treeLines(
  ki: KinfoProcRecord,
  processes: readonly KinfoProcRecord[],
  showsPid: boolean,
  first: string,
  others: string,
): string[] {
  const children = processes.filter((each) => each.kp_ppid === ki.kp_pid && each.kp_pid !== ki.kp_pid);
  const lines = [`${first}${ki.kp_comm}${showsPid ? `(${ki.kp_pid})` : ''}`];
  for (const [at, child] of children.entries()) {
    const isLast = at === children.length - 1;
    lines.push(
      ...treeLines(
        child,
        processes,
        showsPid,
        `${others}${isLast ? '`-- ' : '|-- '}`,
        `${others}${isLast ? '    ' : '|   '}`,
      ),
    );
  }
  return lines;
}
