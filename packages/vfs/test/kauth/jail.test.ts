import type { Steps } from '@smplab/lwkt';
import type { User } from '@smplab/proc';
import * as A from '../../src/kauth/kauth-actions.ts';
import { processes } from './fixtures/kauth-scenario.ts';

const SIGKILL = 9;
const SIGSTOP = 17;
const ENTRY = A.KAUTH_REQ_PROCESS_CANSEE_ENTRY;

function* sees(u: User, pid: number, isSeen: boolean): Steps {
  const result = yield* u.syscall('kauth process', pid, A.KAUTH_PROCESS_CANSEE, ENTRY);
  u.assert(result === (isSeen ? 0 : -1), `process ${pid} is${isSeen ? ' not' : ''} seen`);
}

function* may(u: User, action: number, req: number, isAllowed: boolean): Steps {
  const result = yield* u.syscall('kauth system', action, req);
  u.assert(result === (isAllowed ? 0 : -1), `action ${action} ${req}: ${result}`);
}

describe('the jail model', () => {
  it(
    'keeps root of a jail from the system and from processes outside, and from nothing inside',
    processes('jail', {
      *main(u) {
        yield* may(u, A.KAUTH_SYSTEM_MOUNT, A.KAUTH_REQ_SYSTEM_MOUNT_NEW, true);
        const pid = yield* u.fork('prisoner', yield* u.getpid());
        const { status } = yield* u.wait4(pid);
        u.assert(status === 0, `the prisoner ends with ${status}`);
      },
      *prisoner(u, outside) {
        yield* sees(u, outside, true);
        u.assert((yield* u.jail('cell')) > 0, 'jail');
        yield* sees(u, outside, false);
        yield* sees(u, yield* u.getpid(), true);
        yield* may(u, A.KAUTH_SYSTEM_MOUNT, A.KAUTH_REQ_SYSTEM_MOUNT_NEW, false);
        yield* may(u, A.KAUTH_SYSTEM_MOUNT, A.KAUTH_REQ_SYSTEM_MOUNT_GET, true);
        yield* may(u, A.KAUTH_SYSTEM_REBOOT, 0, false);
        yield* may(u, A.KAUTH_SYSTEM_CHROOT, A.KAUTH_REQ_SYSTEM_CHROOT_CHROOT, true);
        const inside = yield* u.fork('inside');
        yield* u.wait4(inside, 2);
        yield* sees(u, inside, true);
        const signal = A.KAUTH_PROCESS_SIGNAL;
        u.assert((yield* u.syscall('kauth process', inside, signal, SIGKILL)) === 0, 'a signal inside');
        u.assert((yield* u.syscall('kauth process', outside, signal, SIGKILL)) === -1, 'a signal outside');
        yield* u.kill(inside, SIGKILL);
        yield* u.wait4(inside);
        yield* u.exit(0);
      },
      *inside(u) {
        yield* u.setuid(7);
        yield* u.kill(yield* u.getpid(), SIGSTOP);
      },
    }),
  );
});
