import assert from 'node:assert/strict';
import { readCstring } from '@smplab/kmem';
import { bootThread, functionNumber, type Kernel, TD } from '@smplab/lwkt';
import { describe, it } from 'mocha';
import type { BootOptions } from '../src/boot.ts';
import { CR, PL, UI } from '../src/cred/ucred.ts';
import { FD, FDNODE_FP, FDNODE_WORDS } from '../src/file/filedesc-layout.ts';
import { execStrings } from '../src/life/strings.ts';
import { ProcSubsystem } from '../src/proc-subsystem.ts';
import { L } from '../src/table/lwp.ts';
import { PG, S } from '../src/table/pgrp-layout.ts';
import { COMM_BYTES, P, P_SYSTEM, SACTIVE } from '../src/table/proc.ts';
import { G } from '../src/table/procglob.ts';
import { T } from '../src/tty/tty-layout.ts';
import { ImageTable, imageNumber } from '../src/user/image.ts';
import { bootedKernel } from './table/fixtures/booted-kernel.ts';

const OPTIONS: BootOptions = {
  argv: ['-x', 'ä'],
  env: ['HOME=/'],
  uid: 5,
  gid: 6,
  psMigrates: false,
  modes: {},
  haltsWithFirst: false,
  hooks: {},
  boottime: 0,
};

/** What lies there after the boot. */
interface Booted {
  readonly kernel: Kernel;
  readonly subsystem: ProcSubsystem;
  readonly g: number;
  readonly main: number;
  /** proc0, init and the first program. */
  readonly procs: readonly number[];
}

function booted(options: Partial<BootOptions> = {}): Booted {
  const kernel = bootedKernel();
  const main = bootThread(kernel, 0, functionNumber('main'), { name: 'main' });
  const images = new ImageTable({ '/usr/bin/first': { *main() {} }, '/bin/second': { *main() {} } });
  const subsystem = new ProcSubsystem(images, { ...OPTIONS, ...options });
  subsystem.boot(kernel, main);
  subsystem.attach(kernel);
  const { g } = kernel.proc as { readonly g: number };
  const { words } = kernel;
  const [proc0, init] = [words[g + G.g_proc0], words[g + G.g_initproc]];
  return { kernel, subsystem, g, main, procs: [proc0, init, words[init + P.p_children]] };
}

describe('the table after the boot', () => {
  it('has process 0, init and the first program, each the child of the one before', () => {
    const { kernel, g, procs } = booted();
    const { words } = kernel;
    const [proc0, init, first] = procs;
    assert.deepEqual(
      procs.map((p) => words[p + P.p_pid]),
      [0, 1, 2],
    );
    assert.deepEqual(
      procs.map((p) => words[p + P.p_pptr]),
      [0, proc0, init],
    );
    assert.deepEqual(
      procs.map((p) => readCstring(kernel.memory, p + P.p_comm, COMM_BYTES)),
      ['kernel', 'init', 'first'],
    );
    assert.deepEqual(
      procs.map((p) => words[p + P.p_flags] & P_SYSTEM),
      [P_SYSTEM, P_SYSTEM, 0],
    );
    assert.ok(procs.every((p) => words[p + P.p_stat] === SACTIVE));
    assert.equal(words[first + P.p_image], imageNumber('/usr/bin/first'));
    assert.deepEqual(
      [G.g_nprocs, G.g_npgrps, G.g_nsessions, G.g_nextpid].map((at) => words[g + at]),
      [3, 3, 3, 3],
    );
  });

  it('agrees with every invariant, with nobody inside the kernel', () => {
    const { kernel, subsystem, procs } = booted();
    assert.deepEqual(subsystem.quiesce(kernel), []);
    assert.deepEqual(subsystem.check(kernel), []);
    // It would tell.
    kernel.words[procs[2] + P.p_lock]++;
    assert.equal(subsystem.quiesce(kernel).length, 1);
  });

  it('gives each a group and a session of its own, and the console to the first program', () => {
    const { kernel, g, procs } = booted();
    const { words } = kernel;
    for (const [pid, p] of procs.entries()) {
      const pg = words[p + P.p_pgrp];
      const session = words[pg + PG.pg_session];
      assert.deepEqual([words[pg + PG.pg_id], words[pg + PG.pg_members]], [pid, p]);
      assert.deepEqual([words[session + S.s_sid], words[session + S.s_leader]], [pid, p]);
    }
    const pg = words[procs[2] + P.p_pgrp];
    const console = words[g + G.g_console];
    assert.equal(words[words[pg + PG.pg_session] + S.s_ttyp], console);
    assert.equal(words[console + T.t_pgrp], pg);
  });

  it('starts the first program with its texts, its user, and its files open on the console', () => {
    const { kernel, main, procs } = booted();
    const { words } = kernel;
    const first = procs[2];
    const k = { words, kernel, peek: (at: number) => words[at] };
    assert.deepEqual(execStrings(k as never, first), {
      argv: ['/usr/bin/first', '-x', 'ä'],
      env: ['HOME=/'],
    });
    const cr = words[first + P.p_ucred];
    assert.deepEqual(
      [CR.cr_uid, CR.cr_ruid, CR.cr_svuid].map((at) => words[cr + at]),
      [5, 5, 5],
    );
    assert.deepEqual(
      [CR.cr_gid, CR.cr_rgid, CR.cr_svgid].map((at) => words[cr + at]),
      [6, 6, 6],
    );
    assert.equal(words[words[cr + CR.cr_ruidinfo] + UI.ui_proccnt], 1);
    assert.equal(words[words[first + P.p_limit] + PL.p_refcnt], 3);
    const files = words[words[first + P.p_fd] + FD.fd_files];
    const open = [0, 1, 2, 3].map((fd) => words[files + fd * FDNODE_WORDS + FDNODE_FP] !== 0);
    assert.deepEqual(open, [true, true, true, false]);
    assert.equal(words[main + TD.td_proc], first);
    assert.equal(words[words[main + TD.td_lwp] + L.lwp_thread], main);
  });

  it('of root has one user with three processes, and keeps what it was told', () => {
    const told = { psMigrates: true, haltsWithFirst: true, boottime: 748_620_684 };
    const { kernel, g, procs } = booted({ uid: 0, gid: 0, ...told });
    const { words } = kernel;
    const users = procs.map((p) => words[words[p + P.p_ucred] + CR.cr_ruidinfo]);
    assert.equal(new Set(users).size, 1);
    assert.equal(words[users[0] + UI.ui_proccnt], 3);
    assert.deepEqual(
      [G.g_ps_migrates, G.g_halts_with_first, G.g_first_status, G.g_boottime].map((at) => words[g + at]),
      [1, 1, -1, 748_620_684],
    );
  });
});
