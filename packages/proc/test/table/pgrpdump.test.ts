import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { pgrpdump } from '../../src/table/pgrpdump.ts';
import { ByHand } from './fixtures/by-hand.ts';
import { bootedKernel } from './fixtures/booted-kernel.ts';

describe('show pgrpdump', () => {
  it('lists all groups by bucket, with their members', () => {
    const kernel = bootedKernel();
    const table = new ByHand([
      { pid: 0 },
      { pid: 3, sid: 3 },
      { pid: 6, sid: 3 },
      { pid: 7, sid: 3, pgid: 7 },
    ]);
    table.boot(kernel);
    const hex = (pointer: number): string => `0x${pointer.toString(16)}`;
    const group = (pgid: number, sid: number, count: number, first: number): string => {
      const sess = table.sessions.get(sid) ?? 0;
      const pg = hex(table.pg(pgid));
      return `\tpgrp ${pg}, pgid ${pgid}, sess ${hex(sess)}, sesscnt ${count}, mem ${hex(table.p(first))}`;
    };
    const member = (pid: number, pgid: number): string =>
      `\t\tpid ${pid} addr ${hex(table.p(pid))} pgrp ${hex(table.pg(pgid))}`;
    assert.deepEqual(pgrpdump(kernel.memory), [
      '\tindx 0',
      group(0, 0, 1, 0),
      member(0, 0),
      '\tindx 3',
      group(7, 3, 2, 7),
      member(7, 7),
      group(3, 3, 2, 6),
      member(6, 3),
      member(3, 3),
    ]);
  });
});
