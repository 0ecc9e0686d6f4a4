/** What is found in the text of a seed. */
import assert from 'node:assert/strict';
import { namesIn, seedText } from './seed-text.ts';

describe('the names in a numbered C file', () => {
  it('are its functions, sysctls, constants, commands and malloc types', () => {
    const text = [
      'xref: /sys/kern/x.c',
      '1 #define PLOCK_MASK\t0x1FFFFFFF',
      '2 static MALLOC_DEFINE(M_PGRP, "pgrp", "header");',
      '3 static void orphanpg(struct pgrp *pg);',
      '4 void',
      '5 orphanpg(struct pgrp *pg)',
      '6 {',
      '7 \tpgref(pg);',
      '8 }',
      '9 SYSCTL_UINT(_kern, OID_AUTO, skips, CTLFLAG_RW,',
      '10 SYSCTL_NODE(_kern_proc, (KERN_PROC_ALL | KERN_PROC_FLAG_LWP), all_lwp, CTLFLAG_RD,',
      '11 SYSCTL_PROC(_kern_proc,',
      '12     KERN_PROC_ALL, all, CTLFLAG_RD,',
      '13 DB_SHOW_COMMAND(pgrpdump, pgrpdump)',
      '14 int allproc_hsize = 1;',
    ].join('\n');
    const found = namesIn(text).map(({ name, kind, line }) => `${String(line)} ${kind} ${name}`);
    assert.deepEqual(found, [
      '1 constant PLOCK_MASK',
      '2 malloc type M_PGRP',
      '5 function orphanpg',
      '9 sysctl kern.skips',
      '10 sysctl kern.proc.all_lwp',
      '11 sysctl kern.proc.all',
      '13 command pgrpdump',
      '14 constant allproc_hsize',
    ]);
  });

  it('are not looked for where there is no such file', () => {
    assert.equal(seedText('/no/such/folder', '003'), null);
  });
});
