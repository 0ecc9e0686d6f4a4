import assert from 'node:assert/strict';
import type { Context, Kernel } from '@smplab/lwkt';
import { CR, kern, P_SUGID } from '@smplab/proc';
import { describe, it } from 'mocha';
import { checkEndOfTrace, checkStopped, checkTrace, checkTraces } from '../../src/oracle/traces.ts';

const { P, P_TRACED, SSTOP, SZOMB } = kern;

const TRACER = 1000;
const TRACEE = 2000;
const TRACERS_CRED = 3000;
const TRACEES_CRED = 3100;
const USER = 7;

/** A table with a tracer (process 4) and what it traces (process 5), both of one user. */
function table(): Int32Array {
  const words = new Int32Array(4000);
  words[kern.PRG.allproc] = TRACER;
  words[TRACER + P.p_list] = TRACEE;
  words[TRACER + P.p_pid] = 4;
  words[TRACER + P.p_stat] = kern.SACTIVE;
  words[TRACER + P.p_ucred] = TRACERS_CRED;
  words[TRACEE + P.p_pid] = 5;
  words[TRACEE + P.p_stat] = SSTOP;
  words[TRACEE + P.p_flags] = P_TRACED;
  words[TRACEE + P.p_oppid] = 2;
  words[TRACEE + P.p_pptr] = TRACER;
  words[TRACEE + P.p_ucred] = TRACEES_CRED;
  words[TRACERS_CRED + CR.cr_uid] = USER;
  words[TRACEES_CRED + CR.cr_uid] = USER;
  return words;
}

function atRest(words: Int32Array): string[] {
  return checkTraces({ words, proc: { hsize: 1, bucketAt: () => 0 } } as unknown as Kernel);
}

/** What an oracle of an event says. */
function said(words: Int32Array, check: (k: Context) => void): string {
  let found = '';
  const misuse = (_verdict: string, text: string): void => {
    found ||= text;
  };
  const look = (at: number): number => words[at];
  check({ words, misuse, peek: look, get: look } as unknown as Context);
  return found;
}

describe('the oracle of traces', () => {
  it('is content with a tracer and what it traces, and with both by themselves', () => {
    const words = table();
    assert.deepEqual(atRest(words), []);
    words[TRACEE + P.p_flags] = 0;
    words[TRACEE + P.p_oppid] = 0;
    assert.deepEqual(atRest(words), []);
  });

  it('wants p_oppid of whom is traced, and of nobody else', () => {
    const words = table();
    words[TRACEE + P.p_oppid] = 0;
    assert.match(atRest(words)[0], /process 5 is traced, and p_oppid does not say/);
    assert.match(
      said(words, (k) => {
        checkTrace(k, TRACEE);
      }),
      /p_oppid does not say/,
    );
    words[TRACEE + P.p_flags] = 0;
    words[TRACEE + P.p_oppid] = 2;
    assert.match(atRest(words)[0], /process 5 is not traced, and has p_oppid 2/);
  });

  it('finds who has raised credentials and is traced by others, unless by root', () => {
    const words = table();
    words[TRACEE + P.p_flags] |= P_SUGID;
    words[TRACEES_CRED + CR.cr_uid] = 0;
    assert.match(atRest(words)[0], /process 5 has raised credentials/);
    words[TRACERS_CRED + CR.cr_uid] = 0;
    assert.deepEqual(atRest(words), []);
  });

  it('finds who is stopped for a tracer that is gone', () => {
    const words = table();
    words[TRACER + P.p_stat] = SZOMB;
    assert.match(atRest(words)[0], /process 5 is stopped for a tracer that is gone/);
  });

  it('lets nobody but the tracer end a trace', () => {
    const words = table();
    const ends = (by: number): string =>
      said(words, (k) => {
        checkEndOfTrace(k, TRACEE, by);
      });
    assert.equal(ends(TRACER), '');
    assert.match(ends(TRACEE), /process 5 ends the trace of process 5, whose tracer is process 4/);
  });

  it('wants a process to have stopped when a wait for that is over', () => {
    const words = table();
    const isOver = (): string =>
      said(words, (k) => {
        checkStopped(k, TRACEE);
      });
    assert.equal(isOver(), '');
    words[TRACEE + P.p_stat] = kern.SACTIVE;
    assert.match(isOver(), /process 5 has not stopped/);
  });
});
