import assert from 'node:assert/strict';
import { explore } from '@smplab/explore';
import { type Context, type Steps } from '@smplab/lwkt';
import { delay, filter, finalize, map, merge, observeOn, asapScheduler, scan, take } from 'rxjs';
import type { ExecEvent } from '../../src/hook/hook-event.ts';
import { exec$, exit$, fork$, type HookStream, reap$ } from '../../src/hook/hook-stream.ts';
import { HookTable, type Subscribers } from '../../src/hook/hook-table.ts';
import { exechooks_run, exithooks_run, forkhooks_run, reaphooks_run } from '../../src/hook/hooks.ts';
import { procs } from '../../src/proc-kernel.ts';
import { phold, prele } from '../../src/table/hold.ts';
import { P, P_REAPED, P_SUGID } from '../../src/table/proc.ts';
import { check, fails, hookProgram, join, passes, someProc, start, verdictOf } from './hook-program.ts';

const ALL = { strategy: 'dfs', preemptions: 2, schedules: 200_000 };

/** Adds one to the word that is the cookie, in two steps. */
function* add(k: Context, _event: unknown, word: number): Steps {
  const before = yield* k.load(word);
  yield* k.store(word, before + 1);
}

const adds: Subscribers = {
  exec$: { add: (events$) => events$.subscribe((event) => event.runBefore(add)) },
};

function* exec(k: Context, flags = 0): Steps {
  yield* exechooks_run(k, someProc(k), flags);
}

/** Runs a subscriber of exec$ once. */
function failsIn(subscriber: NonNullable<Subscribers['exec$']>[string], message: RegExp): void {
  fails('panic', message, { subscribers: { exec$: { bad: subscriber } } }, function* (k) {
    yield* exec$.subscribe(k, 'bad');
    yield* exec(k);
    yield* exec(k);
  });
}

describe('hook streams', () => {
  it('run what operators let through before the publishing thread goes on', () => {
    const subscribers: Subscribers = {
      exec$: {
        revoke: (events$) => events$.pipe(filter((e) => e.isSetId)).subscribe((e) => e.runBefore(add)),
      },
    };
    passes({ subscribers }, function* (k) {
      const word = yield* k.allocate('test', 1, true);
      const subscription = yield* exec$.subscribe(k, 'revoke', word);
      yield* exec(k);
      check(k, k.peek(word) === 0, 'a plain exec is filtered out');
      yield* exec(k, P_SUGID);
      check(k, k.peek(word) === 1, 'a set-id exec has revoked');
      yield* subscription.unsubscribe(k);
      yield* exec(k, P_SUGID);
      check(k, k.peek(word) === 1, 'nobody is subscribed');
      yield* k.free('test', word);
    });
  });

  it('tell who forked, what was executed, and how it ended, in words', () => {
    const seen: unknown[] = [];
    const subscribers: Subscribers = {
      fork$: {
        see: (events$) => events$.subscribe(({ parentPid, childPid }) => seen.push({ parentPid, childPid })),
      },
      exec$: {
        see: (events$) => events$.subscribe(({ pid, isSetId, image }) => seen.push({ pid, isSetId, image })),
      },
      exit$: { see: (events$) => events$.subscribe(({ pid, status }) => seen.push({ pid, status })) },
    };
    passes({ subscribers, checkLeaks: false }, function* (k) {
      const p = someProc(k);
      for (const stream of [fork$, exec$, exit$]) yield* stream.subscribe(k, 'see');
      yield* forkhooks_run(k, p, p);
      yield* exec(k, P_SUGID);
      yield* exithooks_run(k, p);
    });
    assert.deepEqual(seen.slice(-3), [
      { parentPid: 7, childPid: 7 },
      { pid: 7, isSetId: true, image: 77 },
      { pid: 7, status: 0x300 },
    ]);
  });

  it('tell of a zombie that is reaped when nobody looks at it any more', () => {
    const reaped: Subscribers = {
      reap$: {
        look: (events$) =>
          events$.subscribe((event) =>
            event.runBefore(function* (k, { p, pid }) {
              check(k, pid === 7 && p === someProc(k), 'who is reaped');
              check(k, ((yield* k.load(p + P.p_flags)) & P_REAPED) !== 0, 'it is marked');
              check(k, (yield* k.load(p + P.p_stops)) === 0, 'somebody looks at it');
            }),
          ),
      },
    };
    const threads = {
      // As procfs looks at a zombie.
      *looker(k: Context): Steps {
        const p = someProc(k);
        yield* phold(k, p);
        if (((yield* k.load(p + P.p_flags)) & P_REAPED) === 0) {
          yield* k.store(p + P.p_stops, 1);
          yield* k.store(p + P.p_stops, 0);
        }
        yield* prele(k, p);
      },
    };
    const program = hookProgram('reaped', { threads, subscribers: reaped, checkLeaks: false }, function* (k) {
      yield* reap$.subscribe(k, 'look');
      const looker = yield* start(k, 'looker', 1);
      yield* reaphooks_run(k, someProc(k), 0);
      yield* join(k, looker);
    });
    const { verdict, message } = explore(program, { strategy: 'dfs', preemptions: 2, schedules: 20_000 });
    assert.equal(verdict, 'proved', message);
  });

  it('give each subscription a stream of its own, newest first', () => {
    const order: string[] = [];
    const note =
      (name: string) => (events$: Parameters<NonNullable<Subscribers['exec$']>[string]>[0], word: number) =>
        events$.pipe(scan((n) => n + 1, 0)).subscribe((n) => order.push(`${name}${word} ${n}`));
    passes({ subscribers: { exec$: { a: note('a'), b: note('b') } }, checkLeaks: false }, function* (k) {
      yield* exec$.subscribe(k, 'a', 1);
      yield* exec(k);
      yield* exec$.subscribe(k, 'b', 2);
      yield* exec$.subscribe(k, 'a', 3);
      yield* exec(k);
    });
    assert.deepEqual(order.slice(-4), ['a1 1', 'a3 1', 'b2 1', 'a1 2']);
  });

  it('may end by themselves, and their hook is taken out later', () => {
    let made = 0;
    let ended = 0;
    const subscribers: Subscribers = {
      exec$: {
        once: (events$) => {
          made++;
          return events$
            .pipe(
              take(1),
              finalize(() => ended++),
            )
            .subscribe((e) => e.runBefore(add));
        },
      },
    };
    passes({ subscribers }, function* (k) {
      const word = yield* k.allocate('test', 1, true);
      const subscription = yield* exec$.subscribe(k, 'once', word);
      yield* exec(k);
      yield* exec(k);
      check(k, k.peek(word) === 1, `${k.peek(word)} times`);
      yield* exec$.subscriptionOf(subscription.hook).unsubscribe(k);
      yield* k.free('test', word);
    });
    assert.ok(made > 0);
    assert.equal(ended, made);
  });

  it('can be there from the boot on', () => {
    const order: string[] = [];
    const note =
      (name: string): NonNullable<Subscribers['exec$']>[string] =>
      (events$) =>
        events$.subscribe(() => order.push(name));
    passes(
      { subscribed: { exec$: { a: note('a'), b: note('b') } }, subscribers: { exec$: { c: note('c') } } },
      function* (k) {
        const late = yield* exec$.subscribe(k, 'c');
        yield* exec(k);
        yield* late.unsubscribe(k);
        yield* exec(k);
      },
    );
    assert.deepEqual(order.slice(-5), ['c', 'b', 'a', 'b', 'a']);
  });

  it('are dropped when their hook is gone, and begin anew in each run', () => {
    let made = 0;
    let dropped = 0;
    const subscribers: Subscribers = {
      exec$: {
        count: (events$) => {
          made++;
          let own = 0;
          return events$.pipe(finalize(() => dropped++)).subscribe((e) =>
            e.runBefore(function* (k: Context) {
              own++;
              check(k, own === 1, 'nothing is left of another run');
              yield* k.fence();
            }),
          );
        },
      },
    };
    const program = hookProgram('three runs', { subscribers }, function* (k) {
      const first = yield* exec$.subscribe(k, 'count');
      yield* exec(k);
      yield* first.unsubscribe(k);
      const second = yield* exec$.subscribe(k, 'count');
      yield* exec(k);
      check(k, procs(k).hooks.size === 1, 'the stream of the first is dropped');
      yield* second.unsubscribe(k);
    });
    verdictOf(program, 'nothing-concurrent', { strategy: 'random', schedules: 3 });
    // The last stream of the last run is still there.
    assert.ok(made >= 6 && made % 2 === 0, `${made} streams in three runs or more`);
    assert.equal(dropped, made - 1);
  });
});

describe('hook streams: races', () => {
  it('do not run once unsubscribe has returned; without the lock they do (hooks-unlocked)', () => {
    const racing = (asSeed: readonly string[]) =>
      hookProgram('unsubscribe', { threads: { exec }, subscribers: adds, asSeed }, function* (k) {
        const word = yield* k.allocate('test', 1, true);
        const subscription = yield* exec$.subscribe(k, 'add', word);
        const td = yield* start(k, 'exec', 1);
        yield* subscription.unsubscribe(k);
        yield* k.free('test', word);
        yield* join(k, td);
      });
    verdictOf(racing([]), 'proved', ALL);
    verdictOf(racing(['hooks-unlocked']), 'use-after-free', ALL);
  });

  it('may publish again from inside while another CPU waits to change them', () => {
    const subscribers: Subscribers = {
      ...adds,
      exit$: { execs: (events$) => events$.subscribe((e) => e.runBefore((k) => exec(k))) },
    };
    const threads = {
      *exiter(k: Context): Steps {
        yield* exithooks_run(k, someProc(k));
      },
    };
    const program = hookProgram('nested', { threads, subscribers }, function* (k) {
      const word = yield* k.allocate('test', 1, true);
      const inner = yield* exec$.subscribe(k, 'add', word);
      const outer = yield* exit$.subscribe(k, 'execs');
      const td = yield* start(k, 'exiter', 1);
      yield* inner.unsubscribe(k);
      yield* outer.unsubscribe(k);
      yield* k.free('test', word);
      yield* join(k, td);
    });
    verdictOf(program, 'proved', { ...ALL, preemptions: 1 });
  });
});

describe('hook streams: subscribers that fail', () => {
  it('are a panic at the publish point, wherever the error comes from', () => {
    const thrown = (): never => {
      throw new RangeError('no such vnode');
    };
    const said = /exec\$ subscriber "bad" failed: RangeError: no such vnode/;
    failsIn((events$) => events$.subscribe(thrown), said);
    failsIn((events$) => events$.pipe(map(thrown)).subscribe(), said);
    failsIn((events$) => merge(events$, events$.pipe(filter(() => false))).subscribe(thrown), said);
    failsIn(thrown, said);
    failsIn(
      (() => undefined) as never,
      /exec\$ subscriber "bad" failed: TypeError: it must return its subscription/,
    );
  });

  it('are refused runBefore once the event has been delivered', () => {
    let kept: ExecEvent | null = null;
    failsIn(
      (events$) =>
        events$.subscribe((event) => {
          kept?.runBefore(add);
          kept = event;
        }),
      /KernelPanic: panic: exec\$ subscriber "bad" called runBefore after the event had been delivered/,
    );
    assert.throws(() => kept?.runBefore(add), /asynchronous operator/);
  });

  it('are refused asynchronous operators at once', () => {
    const said = /exec\$ subscriber "bad" failed: Error: an asynchronous operator puts the event off/;
    failsIn((events$) => events$.pipe(delay(1)).subscribe(), said);
    failsIn((events$) => events$.pipe(observeOn(asapScheduler)).subscribe(), said);
  });

  it('are refused code that is no generator function', () => {
    failsIn(
      (events$) => events$.subscribe((e) => e.runBefore(5 as never)),
      /TypeError: runBefore needs a generator function, not 5/,
    );
    const plain = {
      bad: ((events$) => events$.subscribe((e) => e.runBefore((() => 1) as never))) as NonNullable<
        Subscribers['exec$']
      >[string],
    };
    fails(
      'scenario-misuse',
      /what runBefore is given must be a generator function/,
      { subscribers: { exec$: plain } },
      function* (k) {
        yield* exec$.subscribe(k, 'bad');
        yield* exec(k);
      },
    );
  });

  it('are named when there are none of the name', () => {
    const unknown = (stream: HookStream, subscribers: Subscribers, message: RegExp): void =>
      fails('scenario-misuse', message, { subscribers }, function* (k) {
        yield* stream.subscribe(k, 'revoke');
      });
    unknown(exec$, adds, /exec\$\.subscribe: no subscriber is registered as "revoke": registered are add/);
    unknown(exit$, adds, /exit\$\.subscribe: .* registered are none/);
    assert.throws(() => new HookTable({ exec$: { a: 5 as never } }), /exec\$ subscriber "a" is no function/);
    const twice = new HookTable(adds);
    twice.add(adds);
    assert.throws(() => twice.add({ exec$: { add: (events$) => events$.subscribe() } }), /names must differ/);
  });
});
