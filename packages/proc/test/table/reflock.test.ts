import { type Context, type Steps } from '@smplab/lwkt';
import { describe, it } from 'mocha';
import {
  reflock_enter,
  reflock_exit,
  reflock_isExclusive,
  reflock_leave,
  reflock_readers,
  reflock_tryenter,
} from '../../src/table/reflock.ts';
import { P } from '../../src/table/proc.ts';
import {
  all,
  check,
  passes,
  ROOT,
  runs,
  some,
  tableProgram,
  together,
  verdictOf,
} from './fixtures/by-hand.ts';

const TARGET = { rows: [...ROOT, { pid: 5, lwps: 1 }] };

function shared(name: string, bodies: readonly ((k: Context, p: number) => Steps)[]) {
  const threads = Object.fromEntries(bodies.map((body, at) => [`t${at}`, body]));
  return tableProgram(name, { ...TARGET, cpus: bodies.length, threads }, function* (k, table) {
    const p = table.p(5);
    yield* together(k, Object.keys(threads), p);
    check(k, k.peek(p + P.p_reflock) === 0, `p_reflock is ${k.peek(p + P.p_reflock)} at the end`);
  });
}

/** A look at what the writer changes in two parts: the same twice, or refused. */
function* reader(k: Context, p: number): Steps {
  if (!(yield* reflock_tryenter(k, p))) return;
  const first = k.get(p + P.p_nice);
  yield* k.fetchadd(p + P.p_acflag, 1);
  check(k, k.get(p + P.p_nice) === first, 'the process changes while it is looked at');
  yield* reflock_leave(k, p);
}

function* writer(k: Context, p: number): Steps {
  yield* reflock_enter(k, p);
  check(k, reflock_isExclusive(k, p) && reflock_readers(k, p) === 0, 'alone');
  k.set(p + P.p_nice, 7);
  yield* k.fetchadd(p + P.p_acflag, 1);
  k.set(p + P.p_nice, 0);
  yield* reflock_exit(k, p);
}

describe('the lock between a process and those who look at it', () => {
  it('keeps exec and exit apart from looks, in every order', () => {
    passes(shared('a look and an exec', [reader, writer]), all(2));
    passes(shared('two looks and an exec', [reader, reader, writer]), some(1500));
  });

  it('refuses looks while it is held alone, and allows any number otherwise', () => {
    runs(
      tableProgram('modes', TARGET, function* (k, table) {
        const p = table.p(5);
        check(k, yield* reflock_tryenter(k, p), 'one look');
        check(k, yield* reflock_tryenter(k, p), 'another');
        check(k, reflock_readers(k, p) === 2, 'two');
        yield* reflock_leave(k, p);
        yield* reflock_leave(k, p);
        yield* reflock_enter(k, p);
        check(k, !(yield* reflock_tryenter(k, p)), 'refused');
        yield* reflock_exit(k, p);
        check(k, yield* reflock_tryenter(k, p), 'allowed again');
        yield* reflock_leave(k, p);
      }),
    );
  });

  it('is left by nobody who has not entered', () => {
    const program = tableProgram('unbalanced', TARGET, function* (k, table) {
      yield* reflock_leave(k, table.p(5));
    });
    verdictOf(program, 'panic', some(1));
  });
});
