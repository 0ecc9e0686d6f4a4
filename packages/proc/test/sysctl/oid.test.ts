import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { ENOENT, ENOTDIR } from '../../src/errno.ts';
import {
  CTL_KERN,
  CTLFLAG_ANYBODY,
  CTLFLAG_RD,
  CTLFLAG_RW,
  CTLTYPE,
  CTLTYPE_INT,
  CTLTYPE_NODE,
  CTLTYPE_OPAQUE,
  name2oid,
  OID_AUTO,
  oidNames,
  registered,
  sysctl_find_oid,
  sysctlLeaves,
  sysctlNode,
  sysctlProc,
  type SysctlOid,
  withAdded,
} from '../../src/sysctl/oid.ts';
import { SYSCTL_ROOT } from '../../src/sysctl/tree.ts';

/** The entry of a name. */
function oidOf(name: string): SysctlOid {
  const found = sysctl_find_oid(SYSCTL_ROOT, name2oid(SYSCTL_ROOT, name) ?? []);
  assert.ok('oid' in found, name);
  return found.oid;
}

describe('the sysctl tree', () => {
  it('has the numbers of DragonFly', () => {
    const numbers: Readonly<Record<string, readonly number[]>> = {
      'kern.ostype': [1, 1],
      'kern.maxproc': [1, 6],
      'kern.argmax': [1, 8],
      'kern.clockrate': [1, 12],
      'kern.proc': [1, 14],
      'kern.proc.all': [1, 14, 0],
      'kern.proc.pid': [1, 14, 1],
      'kern.proc.pgrp': [1, 14, 2],
      'kern.proc.tty': [1, 14, 4],
      'kern.proc.uid': [1, 14, 5],
      'kern.proc.ruid': [1, 14, 6],
      'kern.proc.args': [1, 14, 7],
      'kern.proc.cwd': [1, 14, 8],
      'kern.proc.pathname': [1, 14, 9],
      'kern.proc.all_lwp': [1, 14, 16],
      'kern.proc.pid_lwp': [1, 14, 17],
      'kern.proc.pgrp_lwp': [1, 14, 18],
      'kern.proc.tty_lwp': [1, 14, 20],
      'kern.proc.uid_lwp': [1, 14, 21],
      'kern.proc.ruid_lwp': [1, 14, 22],
      'kern.ngroups': [1, 18],
      'kern.boottime': [1, 21],
      'kern.maxprocperuid': [1, 28],
      'kern.pid_domain_skips': [1, 0x100],
      'kern.pid_inner_skips': [1, 0x101],
      'kern.randompid': [1, 0x102],
      'hw.ncpu': [6, 3],
      'lwkt.mp_collisions': [10, 0x100],
      'security.ps_showallprocs': [0x100, 0x100],
      'security.ps_showallthreads': [0x100, 0x101],
    };
    for (const [name, mib] of Object.entries(numbers)) {
      assert.deepEqual(name2oid(SYSCTL_ROOT, name), mib, name);
      assert.equal(oidNames(SYSCTL_ROOT, mib), name);
    }
  });

  it('describes the entries of the seed as it does', () => {
    const all = (name: string, kind: number, descr: string): void => {
      const oid = oidOf(name);
      assert.equal(oid.oid_kind, kind, name);
      assert.equal(oid.oid_descr, descr, name);
    };
    all('kern.proc.all', CTLFLAG_RD | CTLTYPE_OPAQUE, 'Return entire process table');
    for (const kind of ['pgrp', 'tty', 'uid', 'ruid', 'pid', 'all_lwp', 'pgrp_lwp', 'tty_lwp', 'pid_lwp']) {
      all(`kern.proc.${kind}`, CTLFLAG_RD | CTLTYPE_NODE, 'Process table');
    }
    all('kern.proc.args', CTLFLAG_RW | CTLFLAG_ANYBODY | CTLTYPE_NODE, 'Process argument list');
    all('kern.proc.cwd', CTLFLAG_RD | CTLFLAG_ANYBODY | CTLTYPE_NODE, 'Process argument list');
    all('kern.proc.pathname', CTLFLAG_RD | CTLTYPE_NODE, 'Process executable path');
    all('kern.randompid', CTLFLAG_RW | CTLTYPE_INT, 'Random PID modulus');
  });

  it('finds entries, or says why not', () => {
    const errorOf = (...name: number[]): number | null => {
      const found = sysctl_find_oid(SYSCTL_ROOT, name);
      return 'error' in found ? found.error : null;
    };
    assert.equal(errorOf(99, 1), ENOENT);
    assert.equal(errorOf(1, 99), ENOENT);
    assert.equal(errorOf(1, 14, 3, 1), ENOENT, 'KERN_PROC_SESSION is not implemented');
    assert.equal(errorOf(1, 1, 1), ENOTDIR);
    assert.equal(errorOf(1, 14, 0, 1), ENOTDIR, 'kern.proc.all is no node');
    assert.equal(errorOf(1, 14, 1, 7, 8, 9), null, 'what follows a handler is for the handler to judge');
  });

  it('does not look for names below an entry that has a handler', () => {
    for (const name of ['', 'kern.nothing', 'kern..proc', 'kern.ostype.x', 'kern.proc.pid.7']) {
      assert.equal(name2oid(SYSCTL_ROOT, name), null, name);
    }
    assert.deepEqual(name2oid(SYSCTL_ROOT, 'kern.proc.'), [1, 14], 'a dot at the end is no part');
  });
});

describe('the numbers of entries', () => {
  const entry = (number: number, name: string): SysctlOid =>
    sysctlProc(number, name, CTLTYPE_INT, () => null as never, 'I', '');

  it('are given from 0x100 on, after the highest there is, and sorted', () => {
    const list = registered([entry(OID_AUTO, 'a'), entry(0x200, 'b'), entry(OID_AUTO, 'c'), entry(4, 'd')]);
    assert.deepEqual(
      list.map((oid) => [oid.oid_name, oid.oid_number]),
      [
        ['d', 4],
        ['a', 0x100],
        ['b', 0x200],
        ['c', 0x201],
      ],
    );
  });

  it('are unique at every level, as names are', () => {
    const look = (list: readonly SysctlOid[]): void => {
      for (const key of ['oid_number', 'oid_name'] as const) {
        assert.equal(new Set(list.map((oid) => oid[key])).size, list.length);
      }
      for (const oid of list) look(oid.children);
    };
    look(SYSCTL_ROOT);
  });

  it('lead to entries that can be read, in ascending order', () => {
    const leaves = sysctlLeaves(SYSCTL_ROOT);
    assert.ok(leaves.every(({ oid }) => oid.oid_handler !== null));
    assert.ok(leaves.some(({ oid }) => (oid.oid_kind & CTLTYPE) === CTLTYPE_NODE));
    const names = leaves.map(({ name }) => name.map((each) => String(each).padStart(4, '0')).join('.'));
    assert.deepEqual(names, [...names].sort());
  });

  it('are added below nodes that are there, by name, and refused where they would hide others', () => {
    const root = [sysctlNode(CTL_KERN, 'kern', CTLFLAG_RD, '', [entry(4, 'a'), entry(OID_AUTO, 'b')])];
    const grown = withAdded(root, [
      sysctlNode(CTL_KERN, 'kern', CTLFLAG_RD, '', [entry(9, 'c')]),
      sysctlNode(3, 'vfs', CTLFLAG_RD, '', [entry(1, 'd')]),
    ]);
    for (const [name, numbers] of [
      ['kern.a', [1, 4]],
      ['kern.b', [1, 0x100]],
      ['kern.c', [1, 9]],
      ['vfs.d', [3, 1]],
    ] as const)
      assert.deepEqual(name2oid(grown, name), numbers);
    const hides = (other: SysctlOid): void => {
      const added = [sysctlNode(CTL_KERN, 'kern', CTLFLAG_RD, '', [other])];
      assert.throws(() => withAdded(root, added), /is there already/);
    };
    hides(entry(4, 'z'));
    hides(entry(7, 'a'));
  });
});
