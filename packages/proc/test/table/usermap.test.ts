import { describe, it } from 'mocha';
import { P, P_POSTEXIT } from '../../src/table/proc.ts';
import {
  UKPTYPE_VERSION,
  UPMAP,
  UPTYPE_FORKID,
  UPTYPE_INVFORK,
  UPTYPE_PID,
  UPTYPE_PROC_TITLE,
  UPTYPE_RUNTICKS,
} from '../../src/table/upmap-layout.ts';
import { proc_usermap, proc_userunmap } from '../../src/table/usermap.ts';
import { check, runs, tableProgram, verdictOf } from './fixtures/by-hand.ts';

const ROWS = [{ pid: 0 }, { pid: 4 }];

describe('the page a process shares with the kernel', () => {
  it('says where what is, and is made once', () => {
    const program = tableProgram('page', { rows: ROWS }, function* (k, table) {
      const p = table.p(4);
      k.words[p + P.p_forkid] = 77;
      yield* proc_usermap(k, p, 1);
      const upmap = k.words[p + P.p_upmap];
      const found = (type: number): number => {
        for (let at = upmap + UPMAP.header; k.words[at] !== 0; at++) {
          if ((k.words[at] & 0xffff) === type) return k.words[upmap + (k.words[at] >>> 16) / 4];
        }
        return -1;
      };
      check(k, found(UKPTYPE_VERSION) === 1, 'version');
      check(k, found(UPTYPE_PID) === 4, 'pid');
      check(k, found(UPTYPE_FORKID) === 77, 'forkid');
      check(k, found(UPTYPE_INVFORK) === 1, 'invfork');
      check(k, found(UPTYPE_RUNTICKS) === 0 && found(UPTYPE_PROC_TITLE) === 0, 'ticks and title');
      check(k, found(0x7777) === -1, 'the header ends');
      yield* proc_usermap(k, p, 0);
      check(k, k.words[p + P.p_upmap] === upmap && found(UPTYPE_INVFORK) === 1, 'the same page');
      yield* proc_userunmap(k, p);
      yield* proc_userunmap(k, p);
      check(k, k.words[p + P.p_upmap] === 0, 'given up');
    });
    runs(program);
  });

  it('is not made for a process that has given its own up, which once leaked', () => {
    const program = (asSeed: string[]) =>
      tableProgram('post exit', { rows: ROWS, asSeed, checkLeaks: true }, function* (k, table) {
        const p = table.p(4);
        k.words[p + P.p_flags] = P_POSTEXIT;
        yield* proc_userunmap(k, p);
        yield* proc_usermap(k, p, 0);
      });
    runs(program([]));
    verdictOf(program(['usermap-postexit']), 'leak', { strategy: 'random', schedules: 1 });
  });
});
