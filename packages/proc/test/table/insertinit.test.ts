import assert from 'node:assert/strict';
import { M_WAITOK, M_ZERO, mallocType } from '@smplab/kmem';
import { describe, it } from 'mocha';
import { pgrpinsertinit, procinsertinit, sessinsertinit } from '../../src/table/insertinit.ts';
import { PG, Pgrp, S, Session } from '../../src/table/pgrp.ts';
import { P, Proc } from '../../src/table/proc.ts';
import { G, PRG, Procglob } from '../../src/table/procglob.ts';
import { procinit } from '../../src/table/procinit.ts';
import { bootedKernel } from './fixtures/booted-kernel.ts';

const TYPE = mallocType('test', 'objects of a test');

describe('entering what the machine starts with', () => {
  it('links it into the bucket of its number and counts it', () => {
    const kernel = bootedKernel();
    const g = procinit(kernel);
    const make = (size: number, id: number, number: number): number => {
      const made = kernel.kmem.kmalloc(TYPE, size, M_WAITOK | M_ZERO, 'test');
      kernel.words[made + id] = number;
      return made;
    };
    const procs = [1, 5, 2].map((pid) => make(Proc.size, P.p_pid, pid));
    for (const p of procs) procinsertinit(kernel, p);
    const pg = make(Pgrp.size, PG.pg_id, 5);
    const sess = make(Session.size, S.s_sid, 6);
    pgrpinsertinit(kernel, pg);
    sessinsertinit(kernel, sess);
    const { words } = kernel;
    const bucket = (index: number): number => words[g + G.g_procglob] + index * Procglob.size;
    const [one, five, two] = procs;
    assert.equal(words[bucket(1) + PRG.allproc], five);
    assert.equal(words[five + P.p_list], one);
    assert.equal(words[one + P.p_list + 1], five + P.p_list);
    assert.equal(words[bucket(2) + PRG.allproc], two);
    assert.equal(words[bucket(1) + PRG.allpgrp], pg);
    assert.equal(words[bucket(2) + PRG.allsess], sess);
    assert.deepEqual([words[g + G.g_npgrps], words[g + G.g_nsessions]], [1, 1]);
    assert.deepEqual(
      procs.map((p) => words[p + P.p_serial]),
      [0, 1, 2],
    );
    assert.equal(words[g + G.g_nextpid], 6);
  });
});
