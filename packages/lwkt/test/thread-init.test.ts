import assert from 'node:assert/strict';
import { Memory, readCstring } from '@smplab/kmem';
import { describe, it } from 'mocha';
import {
  bootThread,
  EXPLORE_LIMITS,
  GD,
  Kernel,
  Registry,
  TD,
  TDPRI_INT_LOW,
  TDPRI_KERN_DAEMON,
  toksBase,
} from '../src/index.ts';

function kernel(): Kernel {
  const registry = new Registry();
  registry.register('daemon', function* () {});
  return Kernel.boot(Memory.create(), registry, { cpus: 2, limits: EXPLORE_LIMITS });
}

describe('a thread made while the machine boots', () => {
  it('belongs to its CPU, stands in its list, begins in the critical section of its first switch', () => {
    const booted = kernel();
    const { words, registry } = booted;
    const td = bootThread(booted, 1, registry.numberOf('daemon'), { args: [4, 5] });
    assert.equal(words[booted.gdOf(1) + GD.gd_tdallq], td);
    assert.deepEqual(
      [words[td + TD.td_gd], words[td + TD.td_pri], words[td + TD.td_critcount]],
      [1, TDPRI_KERN_DAEMON, 1],
    );
    assert.equal(words[td + TD.td_toks_stop], toksBase(td));
    assert.deepEqual([...words.subarray(td + TD.td_args, td + TD.td_args + 4)], [4, 5, 0, 0]);
    assert.equal(readCstring(booted.memory, td + TD.td_comm, 16), 'daemon');
    assert.equal(words[td + TD.td_preemptable], 0);
  });

  it('gets a number of its own, the name it is given, and may preempt from interrupt priority on', () => {
    const booted = kernel();
    const { words, registry } = booted;
    const threads = [TDPRI_INT_LOW - 1, TDPRI_INT_LOW].map((pri) =>
      bootThread(booted, 0, registry.numberOf('daemon'), { pri, name: `pri ${pri}` }),
    );
    assert.deepEqual(
      threads.map((td) => words[td + TD.td_preemptable]),
      [0, 1],
    );
    assert.deepEqual(
      threads.map((td) => words[td + TD.td_serial]),
      [1, 2],
    );
    assert.equal(readCstring(booted.memory, threads[1] + TD.td_comm, 16), 'pri 27');
  });
});
