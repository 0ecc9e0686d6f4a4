import { describe, it } from 'mocha';
import { PFS } from '../../../src/node/node-types.ts';
import { NETBSD_TEXTS } from '../../../src/text/netbsd/texts.ts';
import { renders, same } from '../fixtures/text-program.ts';

/** Two blanks before the ten columns of cbytes: NetBSD has them. */
const MSG =
  '       key      msqid perms      cbytes       qnum lspid lrpid   uid   gid  cuid  cgid' +
  '      stime      rtime      ctime\n';
const SEM = '       key      semid perms      nsems   uid   gid  cuid  cgid      otime      ctime\n';
const SHM =
  '       key      shmid perms                  size  cpid  lpid nattch   uid   gid  cuid  cgid' +
  '      atime      dtime      ctime                   rss                  swap\n';

describe('/proc/sysvipc and /proc/sys/fs/mqueue of NetBSD', () => {
  it(
    'have headings without rows, and what is allowed of message queues',
    renders('ipc', NETBSD_TEXTS, {
      *main(u, render) {
        same(u, yield* render(u, PFS.sysvipc_msg), MSG, 'msg');
        same(u, yield* render(u, PFS.sysvipc_sem), SEM, 'sem');
        same(u, yield* render(u, PFS.sysvipc_shm), SHM, 'shm');
        same(u, yield* render(u, PFS.mq_msg_def), '32\n', 'msg_default');
        same(u, yield* render(u, PFS.mq_msg_max), '512\n', 'msg_max');
        same(u, yield* render(u, PFS.mq_siz_def), '1024\n', 'msgsize_default');
        same(u, yield* render(u, PFS.mq_siz_max), '16384\n', 'msgsize_max');
        same(u, yield* render(u, PFS.mq_qmax), '512\n', 'queues_max');
      },
    }),
  );
});
