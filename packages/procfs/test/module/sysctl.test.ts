import { EISDIR, kern } from '@smplab/proc';
import { kernelOf } from '../fixtures/kernel-code.ts';
import { runs } from '../fixtures/procfs-program.ts';

describe('vfs.procfs', () => {
  it(
    'is a node of the sysctl tree, number 12 of file systems, with its description',
    runs(
      'sysctl',
      {
        *main(u) {
          const k = kernelOf(u);
          const result: kern.SysctlResult = { oldlen: 0, bytes: new Uint8Array() };
          const node = yield* kern.sysctlbyname(k, 'vfs.procfs', [], new Uint8Array(64), null, result);
          u.assert(node === -EISDIR, `a node has no value: ${node}`);
          // sysctl.name and sysctl.oiddescr of 3.12.
          const said: string[] = [];
          for (const what of [1, 5]) {
            const error = yield* kern.sys___sysctl(k, [0, what, 3, 12], new Uint8Array(64), null, result);
            said.push(error === 0 ? new TextDecoder().decode(result.bytes).replace(/\0.*$/, '') : `${error}`);
          }
          u.assert(said.join() === 'vfs.procfs,Process file system', said.join());
          const known = yield* kern.sysctlbyname(k, 'kern.maxproc', [], new Uint8Array(64), null, result);
          u.assert(known === 0, `what was there is there: ${known}`);
        },
      },
      { search: { schedules: 1 } },
    ),
  );
});
