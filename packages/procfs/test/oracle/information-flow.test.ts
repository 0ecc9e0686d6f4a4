import assert from 'node:assert/strict';
import type { Context } from '@smplab/lwkt';
import { CR, kern, P_SUGID } from '@smplab/proc';
import { describe, it } from 'mocha';
import { type NodeRow, rowOf } from '../../src/node/node-table.ts';
import { PFS } from '../../src/node/node-types.ts';
import { checkFlow } from '../../src/oracle/information-flow.ts';
import { PROFILE_NETBSD } from '../../src/procfs-layout.ts';

const PROCESS = 0;
const TARGET = 400;
const OPENER = 500;
const ROOT = 0;
const USER = 7;
const OTHER = 8;

function row(type: number): NodeRow {
  const found = rowOf(PROFILE_NETBSD, type);
  assert.ok(found !== undefined);
  return found;
}

/** What the oracle says of a process at 1 (0 is none), of `owner`, whose node `opener` has opened. */
function said(type: number, flags: number, owner: number, opener: number): string {
  const words = new Int32Array(600);
  const p = PROCESS + 1;
  words[p + kern.P.p_flags] = flags;
  words[p + kern.P.p_pid] = 5;
  words[p + kern.P.p_ucred] = TARGET;
  words[TARGET + CR.cr_uid] = owner;
  words[OPENER + CR.cr_uid] = opener;
  let found = '';
  const misuse = (_verdict: string, text: string): void => {
    found = text;
  };
  checkFlow({ words, misuse, peek: (at: number) => words[at] } as unknown as Context, row(type), p, OPENER);
  return found;
}

describe('the oracle of information flow', () => {
  it('is content as long as the process has no rights that its opener had not', () => {
    for (const type of [PFS.mem, PFS.environ, PFS.status]) {
      assert.equal(said(type, 0, USER, USER), '');
      assert.equal(said(type, P_SUGID, USER, ROOT), '');
    }
  });

  it('lets everybody read what everybody may open', () => {
    assert.equal(said(PFS.status, P_SUGID, ROOT, USER), '');
  });

  it('names a node of a set-id program that goes to who could not open it now', () => {
    const environ = said(PFS.environ, P_SUGID, ROOT, USER);
    assert.match(environ, /environ of process 5, which runs a set-id program, goes to user 7/);
    assert.match(said(PFS.maps, P_SUGID, OTHER, USER), /maps of process 5/);
    assert.equal(said(PFS.environ, P_SUGID, USER, USER), '');
    // Memory is for root alone then, whoever the owner is.
    assert.match(said(PFS.mem, P_SUGID, USER, USER), /mem of process 5/);
  });
});
