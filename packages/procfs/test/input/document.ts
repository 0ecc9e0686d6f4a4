/**
 * Owns what the documents say of each node, written down apart from the table that the file system goes by
 * (procfs.md 1.1 and 1.6 for NetBSD; seed 002 for FreeBSD and the README of 1993; proc(5) for Linux). A line:
 * path, kind and mode as `ls` has them, owner, then what else is so:
 *
 *     r w rw      what its I/O does, whoever asks
 *     compat      only on a mount with PROCFSMNT_LINUXCOMPAT
 *     text        the process must run a program
 *     thread      it must have threads
 *     user        it must be none of the system
 *     open        a descriptor that the process has open: here root's pipe
     guarded     each read and write is for the real user of a process that is not set-id
 *
 * `N` is a process, `p` the owner of what is the process's.
 */

export interface Node {
  readonly path: string;
  /** d directory, - file, l link, p pipe, t the text of the process. */
  readonly kind: string;
  readonly mode: number;
  readonly isOfProcess: boolean;
  readonly notes: readonly string[];
}

const NETBSD = `
  curproc              lr-xr-xr-x root
  self                 lr-xr-xr-x root
  N                    dr-xr-xr-x p
  N/fd                 dr-x------ p
  N/fd/3               prw------- root  open
  N/task               dr-xr-xr-x p     compat text
  N/cwd                lr-xr-xr-x root
  N/root               lr-xr-xr-x root
  N/exe                lr-xr-xr-x root  text
  N/file               trw------- root  text
  N/mem                -rw------- p     rw guarded
  N/regs               -rw------- p     rw guarded
  N/note               --w------- p     w
  N/notepg             --w------- p     w
  N/map                -r-------- p     r user
  N/maps               -r-------- p     r user
  N/auxv               -r-------- p     r text
  N/environ            -r-------- p     r
  N/status             -r--r--r-- p     r
  N/stat               -r--r--r-- p     r compat text
  N/statm              -r--r--r-- p     r compat text
  N/cmdline            -r--r--r-- p     r
  N/emul               -r--r--r-- p     r
  N/limit              -r--r--r-- p     r
  N/limits             -r--r--r-- p     r compat text
  meminfo              -r--r--r-- root  r compat
  cpuinfo              -r--r--r-- root  r compat
  stat                 -r--r--r-- root  r compat
  uptime               -r--r--r-- root  r compat
  mounts               -r--r--r-- root  r compat
  devices              -r--r--r-- root  r compat
  loadavg              -r--r--r-- root  r compat
  version              -r--r--r-- root  r compat
  sysvipc              dr-xr-xr-x root  compat
  sysvipc/msg          -r--r--r-- root  r compat
  sysvipc/sem          -r--r--r-- root  r compat
  sysvipc/shm          -r--r--r-- root  r compat
  sys                  dr-xr-xr-x root  compat
  sys/fs               dr-xr-xr-x root  compat
  sys/fs/mqueue        dr-xr-xr-x root  compat
  sys/fs/mqueue/msg_default      -r--r--r-- root  r compat
  sys/fs/mqueue/msg_max          -r--r--r-- root  r compat
  sys/fs/mqueue/msgsize_default  -r--r--r-- root  r compat
  sys/fs/mqueue/msgsize_max      -r--r--r-- root  r compat
  sys/fs/mqueue/queues_max       -r--r--r-- root  r compat
`;

const README = `
  N         dr-xr-xr-x p
  N/ctl     --w------- p     w
  N/file    trwxr-xr-x root  text
  N/mem     -rw------- p     rw guarded
  N/note    --w------- p     w
  N/notepg  --w------- p     w
  N/regs    -rw------- p     rw guarded
  N/status  -r--r--r-- p     r
`;

const FREEBSD = `${README}
  N/dbregs   -rw------- p  rw guarded
  N/map      -r--r--r-- p  r user
  N/etype    -r--r--r-- p  r
  N/cmdline  -r--r--r-- p  r
  N/rlimit   -r--r--r-- p  r
`;

const LINUX = `
  self            lrwxrwxrwx root
  N               dr-xr-xr-x p
  N/fd            dr-x------ p
  N/fd/3          lr-xr-xr-x root  open
  N/task          dr-xr-xr-x p
  N/task/T        dr-xr-xr-x p  thread
  N/task/T/comm   -r--r--r-- p  r thread
  N/task/T/stat   -r--r--r-- p  r thread
  N/task/T/status -r--r--r-- p  r thread
  N/cwd           lrwxrwxrwx p
  N/root          lrwxrwxrwx p
  N/exe           lrwxrwxrwx p  text
  N/mem           -rw------- p  rw guarded
  N/auxv          -r-------- p  r
  N/environ       -r-------- p  r
  N/io            -r-------- p  r
  N/maps          -r--r--r-- p  r
  N/cmdline       -r--r--r-- p  r
  N/comm          -r--r--r-- p  r
  N/limits        -r--r--r-- p  r
  N/mounts        -r--r--r-- p  r
  N/oom_score     -r--r--r-- p  r
  N/stat          -r--r--r-- p  r
  N/statm         -r--r--r-- p  r
  N/status        -r--r--r-- p  r
  N/wchan         -r--r--r-- p  r
  cpuinfo         -r--r--r-- root  r
  devices         -r--r--r-- root  r
  diskstats       -r--r--r-- root  r
  filesystems     -r--r--r-- root  r
  loadavg         -r--r--r-- root  r
  meminfo         -r--r--r-- root  r
  mounts          -r--r--r-- root  r
  stat            -r--r--r-- root  r
  uptime          -r--r--r-- root  r
  version         -r--r--r-- root  r
  vmstat          -r--r--r-- root  r
  net             dr-xr-xr-x root
  net/dev         -r--r--r-- root  r
  sys             dr-xr-xr-x root
  sys/kernel      dr-xr-xr-x root
  sys/kernel/hostname     -r--r--r-- root  r
  sys/kernel/osrelease    -r--r--r-- root  r
  sys/kernel/ostype       -r--r--r-- root  r
  sys/kernel/pid_max      -r--r--r-- root  r
  sys/kernel/threads-max  -r--r--r-- root  r
`;

function nodeOf(line: string): Node {
  const [path, letters, owner, ...notes] = line.trim().split(/\s+/);
  const bits = letters.slice(1).replaceAll(/[^-]/g, '1').replaceAll('-', '0');
  return {
    path,
    kind: letters[0],
    mode: Number.parseInt(bits, 2),
    isOfProcess: owner === 'p',
    notes,
  };
}

function nodesOf(text: string): readonly Node[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map(nodeOf);
}

export const DOCUMENTS = {
  netbsd: nodesOf(NETBSD),
  readme: nodesOf(README),
  freebsd: nodesOf(FREEBSD),
  linux: nodesOf(LINUX),
} as const;

export type Tree = keyof typeof DOCUMENTS;
