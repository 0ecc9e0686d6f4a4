/**
 * Owns /proc/sysvipc/msg, sem and shm (procfs_dosysvipc_* of procfs_linux.c) and /proc/sys/fs/mqueue
 * (revision 1.117). This kernel has no System V IPC and no message queues: of the first there are headings
 * and no rows, of the second what NetBSD allows by default. Run in the thread that reads.
 */
import type { Steps } from '@smplab/lwkt';
import type { Renderer } from '../reading.ts';

type Column = readonly [name: string, width: number];

/** Names right-aligned in their columns, a blank between. */
function heading(columns: readonly Column[]): string {
  return `${columns.map(([name, width]) => name.padStart(width)).join(' ')}\n`;
}

const five = (...names: string[]): Column[] => names.map((name) => [name, 5]);
const ten = (...names: string[]): Column[] => names.map((name) => [name, 10]);

const MSG = heading([
  ...ten('key', 'msqid'),
  // Two blanks behind it in NetBSD.
  ['perms ', 4],
  ...ten('cbytes', 'qnum'),
  ...five('lspid', 'lrpid', 'uid', 'gid', 'cuid', 'cgid'),
  ...ten('stime', 'rtime', 'ctime'),
]);
const SEM = heading([
  ...ten('key', 'semid'),
  ['perms', 4],
  ...ten('nsems'),
  ...five('uid', 'gid', 'cuid', 'cgid'),
  ...ten('otime', 'ctime'),
]);
const SHM = heading([
  ...ten('key', 'shmid'),
  ['perms', 0],
  ['size', 21],
  ...five('cpid', 'lpid', 'nattch', 'uid', 'gid', 'cuid', 'cgid'),
  ...ten('atime', 'dtime', 'ctime'),
  ['rss', 21],
  ['swap', 21],
]);

export const procfs_dosysvipc_msg = constant(MSG);
export const procfs_dosysvipc_sem = constant(SEM);
export const procfs_dosysvipc_shm = constant(SHM);

/** mq_def_maxmsg, mq_max_maxmsg, MQ_DEF_MSGSIZE, mq_max_msgsize, mq_open_max. */
export const procfs_domq_msg_def = constant('32\n');
export const procfs_domq_msg_max = constant('512\n');
export const procfs_domq_siz_def = constant('1024\n');
export const procfs_domq_siz_max = constant('16384\n');
export const procfs_domq_qmax = constant('512\n');

function constant(text: string): Renderer {
  return function* (): Steps<string> {
    return text;
  };
}
