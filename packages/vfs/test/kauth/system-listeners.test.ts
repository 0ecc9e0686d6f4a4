import assert from 'node:assert/strict';
import { EPERM } from '@smplab/proc';
import { kauth_authorize_action } from '../../src/kauth/authorize.ts';
import * as A from '../../src/kauth/kauth-actions.ts';
import {
  KAUTH_SCOPE_DEVICE as DEVICE,
  KAUTH_SCOPE_MACHDEP as MACHDEP,
  KAUTH_SCOPE_NETWORK as NETWORK,
  KAUTH_SCOPE_SYSTEM as SYSTEM,
} from '../../src/kauth/kauth-layout.ts';
import { runs } from '../fixtures/vfs-machine.ts';
import { credentials, dispose, kauthMachine, ONCE } from './fixtures/kauth-machine.ts';

const EVERYBODY: readonly (readonly [scope: number, action: number, req: number])[] = [
  [SYSTEM, A.KAUTH_SYSTEM_MOUNT, A.KAUTH_REQ_SYSTEM_MOUNT_GET],
  [NETWORK, A.KAUTH_NETWORK_SOCKET, A.KAUTH_REQ_NETWORK_SOCKET_OPEN],
  [NETWORK, A.KAUTH_NETWORK_SOCKET, A.KAUTH_REQ_NETWORK_SOCKET_CANSEE],
  [NETWORK, A.KAUTH_NETWORK_BIND, A.KAUTH_REQ_NETWORK_BIND_PORT],
  [DEVICE, A.KAUTH_DEVICE_RAWIO_SPEC, A.KAUTH_REQ_DEVICE_RAWIO_SPEC_READ],
  [DEVICE, A.KAUTH_DEVICE_RAWIO_PASSTHRU, A.KAUTH_REQ_DEVICE_RAWIO_PASSTHRU_READ],
  [MACHDEP, A.KAUTH_MACHDEP_IOPERM_GET, 0],
];

const ROOT_ONLY: typeof EVERYBODY = [
  [SYSTEM, A.KAUTH_SYSTEM_MOUNT, A.KAUTH_REQ_SYSTEM_MOUNT_NEW],
  [SYSTEM, A.KAUTH_SYSTEM_CHROOT, A.KAUTH_REQ_SYSTEM_CHROOT_CHROOT],
  [SYSTEM, A.KAUTH_SYSTEM_SYSCTL, A.KAUTH_REQ_SYSTEM_SYSCTL_MODIFY],
  [NETWORK, A.KAUTH_NETWORK_SOCKET, A.KAUTH_REQ_NETWORK_SOCKET_RAWSOCK],
  [NETWORK, A.KAUTH_NETWORK_BIND, A.KAUTH_REQ_NETWORK_BIND_PRIVPORT],
  [DEVICE, A.KAUTH_DEVICE_TTY_STI, 0],
  [MACHDEP, A.KAUTH_MACHDEP_IOPL, 0],
];

describe('what the kernel itself says about the system', () => {
  it('is what everybody may do, and leaves the rest to root', () => {
    const program = kauthMachine('system', {}, function* (k) {
      const alice = yield* credentials(k, { uid: 7 });
      const root = yield* credentials(k, { uid: 0 });
      for (const [scope, action, req] of [...EVERYBODY, ...ROOT_ONLY]) {
        const isForAll = EVERYBODY.some((each) => each[0] === scope && each[1] === action && each[2] === req);
        const who = `${scope} ${action} ${req}`;
        assert.equal(yield* kauth_authorize_action(k, scope, alice, action, req), isForAll ? 0 : EPERM, who);
        assert.equal(yield* kauth_authorize_action(k, scope, root, action, req), 0, who);
      }
      yield* dispose(k, [alice, root]);
    });
    runs(program, ONCE);
  });
});
