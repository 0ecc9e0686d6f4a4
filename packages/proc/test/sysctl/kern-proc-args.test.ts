import assert from 'node:assert/strict';
import { explore } from '@smplab/explore';
import type { Context, Steps } from '@smplab/lwkt';
import { describe, it } from 'mocha';
import { ENOMEM, EPERM } from '../../src/errno.ts';
import { AR } from '../../src/life/pargs-layout.ts';
import { pargsDrop, stringsMake } from '../../src/life/strings.ts';
import { procs } from '../../src/proc-kernel.ts';
import { P } from '../../src/table/proc.ts';
import { G } from '../../src/table/procglob.ts';
import { UPMAP } from '../../src/table/upmap-layout.ts';
import { proc_usermap } from '../../src/table/usermap.ts';
import { type ByHand, check, passes, runs, some } from '../table/fixtures/by-hand.ts';
import { type Answer, actAs, beside, byName, sysctlProgram } from './fixtures/sysctl-program.ts';

const ROWS = [{ pid: 0 }, { pid: 3 }, { pid: 4 }];
/** What the limit of 64 bytes leaves for a title. */
const LONGEST = 52;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** One run as process 3 (root), or as process 4 (uid 7). */
function as(pid: number, body: (k: Context, table: ByHand) => Steps): () => void {
  return () => {
    runs(
      sysctlProgram('titles', { rows: ROWS, owners: { 4: 7 }, cpus: 1 }, function* (k, table) {
        actAs(k, table.p(pid));
        yield* body(k, table);
        actAs(k, 0);
        for (const p of table.procs.values()) yield* pargsDrop(k, k.peek(p + P.p_args));
      }),
    );
  };
}

function args(
  k: Context,
  pid: number,
  old: number | null = Infinity,
  title: string | null = null,
): Steps<Answer> {
  return byName(k, 'kern.proc.args', [pid], old, title === null ? null : encoder.encode(title));
}

function* titleOf(k: Context, pid: number): Steps<string> {
  return decoder.decode((yield* args(k, pid)).bytes);
}

describe('kern.proc.args', () => {
  it(
    'gives what the process set, byte for byte',
    as(3, function* (k) {
      assert.equal((yield* args(k, 3, null, 'one\0two\0')).error, 0);
      assert.equal(yield* titleOf(k, 3), 'one\0two\0');
      const { error, oldlen, bytes } = yield* args(k, 3, 5);
      assert.deepEqual([error, oldlen, decoder.decode(bytes)], [ENOMEM, 5, 'one\0t']);
      assert.equal(yield* titleOf(k, 4), '', 'others have none');
    }),
  );

  it(
    'gives the old title and sets a new one in one call, even if there is no room for the old',
    as(3, function* (k) {
      yield* args(k, 3, null, 'old');
      assert.equal(decoder.decode((yield* args(k, 3, 100, 'new')).bytes), 'old');
      assert.equal((yield* args(k, 3, 1, 'newer')).error, 0, 'the last error is told');
      assert.equal(yield* titleOf(k, 3), 'newer');
    }),
  );

  it(
    'counts nothing for a caller without a buffer',
    as(3, function* (k) {
      yield* args(k, 3, null, 'title');
      assert.deepEqual((yield* args(k, 3, null)).oldlen, 0);
    }),
  );

  it(
    'drops a title without a word that is longer than ps_arg_cache_limit allows',
    as(3, function* (k) {
      const longest = 'x'.repeat(LONGEST);
      assert.equal((yield* args(k, 3, null, longest)).error, 0);
      assert.equal((yield* args(k, 3, null, `${longest}y`)).error, 0);
      assert.equal(yield* titleOf(k, 3), longest);
    }),
  );

  it(
    'is silent about a process that is not there, and EPERM for another to set its title',
    as(3, function* (k) {
      assert.deepEqual([(yield* args(k, 99)).error, (yield* args(k, 99, null, 'x')).error], [0, 0]);
      assert.equal((yield* args(k, 4, null, 'x')).error, EPERM);
    }),
  );

  it(
    'is for everybody to read, unless ps_argsopen is off',
    as(4, function* (k, table) {
      actAs(k, table.p(3));
      yield* args(k, 3, null, 'of root');
      actAs(k, table.p(4));
      assert.equal(yield* titleOf(k, 3), 'of root');
      k.words[procs(k).g + G.g_ps_argsopen] = 0;
      const { error, oldlen } = yield* args(k, 3);
      assert.deepEqual([error, oldlen], [0, 0]);
      assert.equal((yield* args(k, 3, null, 'x')).error, 0, 'silence comes before EPERM');
      assert.equal((yield* args(k, 4, null, 'own')).error, 0, 'anybody may set his own');
      assert.equal(yield* titleOf(k, 4), 'own');
    }),
  );

  it(
    'gives the arguments of the program if there is no title and they are short enough',
    as(3, function* (k, table) {
      const p = table.p(4);
      const short = yield* stringsMake(k, ['/bin/cat', 'file'], ['HOME=/']);
      k.words[p + P.p_strings] = short;
      assert.equal(yield* titleOf(k, 4), '/bin/cat\0file\0');
      const long = yield* stringsMake(k, ['x'.repeat(LONGEST)], []);
      k.words[p + P.p_strings] = long;
      assert.equal(yield* titleOf(k, 4), '');
      for (const each of [short, long]) yield* pargsDrop(k, each);
      k.words[p + P.p_strings] = 0;
    }),
  );
});

describe('a title in the page a process shares with the kernel', () => {
  it(
    'comes first, as long as there is one, and ends with a NUL of its own',
    as(3, function* (k, table) {
      yield* args(k, 3, null, 'set');
      yield* proc_usermap(k, table.p(3), 0);
      assert.equal(yield* titleOf(k, 3), 'set');
      const title = k.peek(table.p(3) + P.p_upmap) + UPMAP.proc_title;
      writeTitle(k, title, 'mapped title');
      assert.equal(yield* titleOf(k, 3), 'mapped title\0');
      writeTitle(k, title, 'x'.repeat(1024));
      assert.equal((yield* args(k, 3)).oldlen, 1024, 'the last byte is never part of it');
    }),
  );

  /** A title that becomes shorter while it is read. */
  const torn = (asSeed: readonly string[]): ReturnType<typeof sysctlProgram> => {
    let known: ByHand | null = null;
    const threads = {
      *reader(k: Context): Steps {
        actAs(k, known!.p(3));
        const title = yield* titleOf(k, 4);
        check(k, title.indexOf('\0') === title.length - 1, `a NUL within ${JSON.stringify(title)}`);
        actAs(k, 0);
      },
      *writer(k: Context): Steps {
        yield* k.storeRelaxed(k.peek(known!.p(4) + P.p_upmap) + UPMAP.proc_title + 1, 0);
      },
    };
    return sysctlProgram('torn', { rows: ROWS, threads, asSeed }, function* (k, table) {
      known = table;
      yield* proc_usermap(k, table.p(4), 0);
      writeTitle(k, k.peek(table.p(4) + P.p_upmap) + UPMAP.proc_title, 'abcdefgh');
      yield* beside(k, ['reader', 'writer']);
    });
  };

  it('args-title-torn: length and bytes are of two looks in the seed, of one without it', () => {
    const { verdict } = explore(torn(['args-title-torn']), { shrink: false, schedules: 1000 });
    assert.equal(verdict, 'assertion');
    passes(torn([]), some(300));
  });
});

describe('titles that change while they are read', () => {
  it('are whole, and freed with the last reader', () => {
    let known: ByHand | null = null;
    const threads = {
      *reader(k: Context): Steps {
        actAs(k, known!.p(3));
        const title = yield* titleOf(k, 4);
        check(k, ['', 'first', 'the second'].includes(title), `half a title: ${title}`);
        actAs(k, 0);
      },
      *writer(k: Context): Steps {
        actAs(k, known!.p(4));
        yield* args(k, 4, null, 'first');
        yield* args(k, 4, null, 'the second');
        actAs(k, 0);
      },
    };
    const program = sysctlProgram('titles', { rows: ROWS, threads, cpus: 3 }, function* (k, table) {
      known = table;
      yield* beside(k, ['reader', 'writer', 'reader']);
      const set = k.peek(table.p(4) + P.p_args);
      check(k, k.peek(set + AR.ar_ref) === 1, 'only the process holds its title');
      yield* pargsDrop(k, set);
    });
    passes(program, some(300));
  });
});

function writeTitle(k: Context, at: number, text: string): void {
  const bytes = new Uint8Array(1024);
  bytes.set(encoder.encode(text));
  k.words.set(new Int32Array(bytes.buffer), at);
}
