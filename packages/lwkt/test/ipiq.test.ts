import assert from 'node:assert/strict';
import { EQUAL, NOT_EQUAL } from '@smplab/explore';
import { describe, it } from 'mocha';
import {
  type Context,
  crit_enter,
  crit_exit,
  GD,
  IP,
  lwkt_process_ipiq,
  lwkt_send_ipiq,
  lwkt_send_ipiq_mask,
  lwkt_send_ipiq_passive,
  lwkt_wait_ipiq,
  MAXCPUFIFO,
  type Steps,
} from '../src/index.ts';
import { type Body, fn, kernelProgram, verdictOf } from './fixtures/kernel-program.ts';
import { joinAll, newWord, start } from './fixtures/tokens.ts';
import { watchAll } from './fixtures/watch.ts';

const ONE = { strategy: 'random', schedules: 1 };
const MANY = { strategy: 'random', schedules: 150 };

/** Lets CPU `source` send to `target` with depth already `fill`. */
function depthOf(k: Context, source: number, target: number): number {
  const ip = k.kernel.ipiqOf(source, target);
  return k.peek(ip + IP.ip_windex) - k.peek(ip + IP.ip_rindex);
}

/** A message handler that notes its arguments in the order of arrival. */
function noting(): { readonly seen: number[][]; readonly note: Body } {
  const seen: number[][] = [];
  return {
    seen,
    *note(k, first, second) {
      seen.push([k.cpu.cpuid, first, second]);
      yield* k.fence();
    },
  };
}

describe('lwkt_send_ipiq', () => {
  it('runs messages on the target, each once with its arguments, in the order they were sent', () => {
    const { seen, note } = noting();
    const program = kernelProgram('fifo', { threads: { note } }, function* (k) {
      let seq = 0;
      for (let message = 1; message <= 5; message++)
        seq = yield* lwkt_send_ipiq(k, 1, fn('note'), message, -message);
      assert.equal(seq, 5, 'sequence numbers count messages');
      yield* lwkt_wait_ipiq(k, 1, seq);
      assert.deepEqual(
        seen,
        [1, 2, 3, 4, 5].map((message) => [1, message, -message]),
      );
    });
    watchAll(program, { onRun: () => seen.splice(0) }, MANY as never);
  });

  it('to its own CPU is a call', () => {
    const { seen, note } = noting();
    const program = kernelProgram('self', { cpus: 1, threads: { note } }, function* (k) {
      assert.equal(yield* lwkt_send_ipiq(k, 0, fn('note'), 7, 8), 0);
      assert.deepEqual(seen.splice(0), [[0, 7, 8]]);
      yield* lwkt_wait_ipiq(k, 0, 0);
    });
    watchAll(program, {}, { strategy: 'random', schedules: 1 });
  });

  it('to a mask reaches each CPU of it', () => {
    const { seen, note } = noting();
    const program = kernelProgram('mask', { cpus: 3, threads: { note } }, function* (k) {
      assert.equal(yield* lwkt_send_ipiq_mask(k, 0b101, fn('note'), 1, 2), 2);
      const ip = k.kernel.ipiqOf(0, 2);
      yield* k.until(ip + IP.ip_xindex, EQUAL, 1);
      assert.deepEqual(seen, [
        [0, 1, 2],
        [2, 1, 2],
      ]);
    });
    watchAll(program, { onRun: () => seen.splice(0) }, MANY as never);
  });

  it('interrupts the target once for several messages, and counts what it saved', () => {
    const avoided = new Set<number>();
    const { note } = noting();
    const program = kernelProgram('avoided', { threads: { note } }, function* (k) {
      const before = k.words[k.cpu.gd + GD.gd_cnt_ipiq_avoided];
      yield* lwkt_send_ipiq(k, 1, fn('note'), 1, 0);
      const seq = yield* lwkt_send_ipiq(k, 1, fn('note'), 2, 0);
      avoided.add(k.words[k.cpu.gd + GD.gd_cnt_ipiq_avoided] - before);
      yield* lwkt_wait_ipiq(k, 1, seq);
    });
    verdictOf(program, 'none', MANY);
    assert.deepEqual([...avoided].sort(), [0, 1]);
  });

  it('gives up when sends nest more than 20 deep', () => {
    const program = kernelProgram('nest', { threads: { *none() {} } }, function* (k) {
      k.words[k.cpu.gd + GD.gd_intr_nesting_level] = 20;
      yield* lwkt_send_ipiq(k, 1, fn('none'), 0, 0);
    });
    assert.match(verdictOf(program, 'panic', ONE).message, /TOO HEAVILY NESTED: 21 sends/);
  });

  it('refuses CPUs that do not exist and functions that nobody registered', () => {
    for (const cpu of [-1, 2, 0.5]) {
      const program = kernelProgram('cpu', {}, (k) => lwkt_send_ipiq(k, cpu, fn('main'), 0, 0));
      assert.match(
        verdictOf(program, 'panic', ONE).message,
        /there is no cpu.* \(this machine has cpu0 to cpu1\)/,
      );
    }
    const unknown = kernelProgram('unknown', {}, function* (k) {
      yield* lwkt_wait_ipiq(k, 1, yield* lwkt_send_ipiq(k, 1, fn('nobody'), 0, 0));
    });
    assert.match(verdictOf(unknown, 'panic', ONE).message, /function \d+ is not registered/);
  });

  it('refuses a function value, and says how to register it', () => {
    const program = kernelProgram('value', {}, function* (k) {
      const body = function* bump(): Steps {};
      yield* lwkt_send_ipiq(k, 1, body as never, 0, 0);
    });
    const { message } = verdictOf(program, 'scenario-misuse', ONE);
    assert.match(message, /the function value bump cannot travel to another CPU: register it under a name/);
  });

  it('advances ip_xindex only when the function is over', () => {
    const program = kernelProgram(
      'xindex',
      {
        threads: {
          *slow(k, word) {
            const ip = k.kernel.ipiqOf(0, 1);
            assert.deepEqual([k.peek(ip + IP.ip_rindex), k.peek(ip + IP.ip_xindex)], [1, 0]);
            yield* k.store(word, 1);
          },
        },
      },
      function* (k) {
        const word = yield* newWord(k);
        yield* lwkt_wait_ipiq(k, 1, yield* lwkt_send_ipiq(k, 1, fn('slow'), word, 0));
        assert.equal(k.peek(word), 1);
      },
    );
    verdictOf(program, 'none', MANY);
  });

  it('lets a handler send, but not block', () => {
    const ping = kernelProgram(
      'ping',
      {
        threads: {
          *ping(k, word) {
            yield* lwkt_send_ipiq(k, 0, fn('pong'), word, 0);
          },
          *pong(k, word) {
            yield* k.store(word, 1);
          },
        },
      },
      function* (k) {
        const word = yield* newWord(k);
        yield* lwkt_send_ipiq(k, 1, fn('ping'), word, 0);
        yield* k.until(word, EQUAL, 1);
      },
    );
    verdictOf(ping, 'none', MANY);
  });
});

describe('a sender whose queue is more than half full', () => {
  /** cpu1 stays in a critical section while cpu0 sends `count` messages to it. */
  function deepest(count: number): number {
    let most = 0;
    const program = kernelProgram(
      'deep',
      {
        threads: {
          *nothing() {},
          *closed(k, ready, sent) {
            crit_enter(k);
            yield* k.store(ready, 1);
            yield* k.until(sent, NOT_EQUAL, 0);
            most = Math.max(most, depthOf(k, 0, 1));
            yield* crit_exit(k);
          },
        },
      },
      function* (k) {
        const ready = yield* newWord(k);
        const sent = yield* newWord(k);
        const td = yield* start(k, 'closed', [ready, sent], { cpu: 1 });
        yield* k.until(ready, NOT_EQUAL, 0);
        for (let message = 0; message < count; message++) yield* lwkt_send_ipiq(k, 1, fn('nothing'), 0, 0);
        yield* k.store(sent, 1);
        yield* joinAll(k, td);
      },
    );
    const failure = count > MAXCPUFIFO / 2 + 1 ? 'deadlock' : 'none';
    verdictOf(program, failure, { strategy: 'random', schedules: 5 });
    return most;
  }

  it('waits for room above 16 messages', () => {
    assert.equal(deepest(MAXCPUFIFO / 2 + 1), MAXCPUFIFO / 2 + 1);
    deepest(MAXCPUFIFO / 2 + 2);
  });

  it('serves its own messages meanwhile, so that two CPUs that flood each other get through', () => {
    let sum = 0;
    let deepestSeen = 0;
    const flood = function* (k: Context, target: number): Steps {
      for (let message = 1; message <= 40; message++) {
        yield* lwkt_send_ipiq(k, target, fn('add'), 1, 0);
        deepestSeen = Math.max(deepestSeen, depthOf(k, k.cpu.cpuid, target));
      }
    };
    const program = kernelProgram(
      'flood',
      {
        threads: {
          flood,
          *add() {
            sum++;
          },
        },
      },
      function* (k) {
        const td = yield* start(k, 'flood', [0], { cpu: 1 });
        crit_enter(k);
        yield* flood(k, 1);
        yield* crit_exit(k);
        yield* joinAll(k, td);
        while (sum < 80) yield* k.fence();
        assert.equal(sum, 80);
      },
    );
    watchAll(program, { onRun: () => (sum = 0) }, { strategy: 'random', schedules: 20 });
    watchAll(program, { onRun: () => (sum = 0) }, { strategy: 'pct', schedules: 20, maxSteps: 100_000 });
    assert.ok(deepestSeen <= MAXCPUFIFO / 2 + 1, `${deepestSeen} deep`);
  });

  it('within a handler goes on to 29, so that handlers which send do not nest without end (T14)', () => {
    let deepestSeen = 0;
    let sum = 0;
    const program = kernelProgram(
      'ping-pong',
      {
        threads: {
          *burst(k, target, left) {
            for (let message = 0; message < 24; message++) {
              yield* lwkt_send_ipiq(
                k,
                target,
                left > 0 && message === 0 ? fn('burst') : fn('add'),
                k.cpu.cpuid,
                left - 1,
              );
              deepestSeen = Math.max(deepestSeen, depthOf(k, k.cpu.cpuid, target));
            }
          },
          *add() {
            sum++;
          },
        },
      },
      function* (k) {
        yield* lwkt_send_ipiq(k, 1, fn('burst'), 0, 3);
        while (sum < 3 * 23 + 24) yield* k.fence();
      },
    );
    watchAll(program, { onRun: () => (sum = 0) }, { strategy: 'random', schedules: 20, maxSteps: 100_000 });
    assert.ok(deepestSeen > MAXCPUFIFO / 2 + 1 && deepestSeen <= 30, `${deepestSeen} deep`);
  });
});

describe('lwkt_send_ipiq_passive', () => {
  it('interrupts nobody: the message runs at the next tick of the target', () => {
    const early = new Set<boolean>();
    const { seen, note } = noting();
    const program = kernelProgram('passive', { threads: { note } }, function* (k) {
      const target = k.kernel.gdOf(1);
      const seq = yield* lwkt_send_ipiq_passive(k, 1, fn('note'), 1, 2);
      assert.equal(k.peek(target + GD.gd_npoll), 0);
      early.add(seen.length > 0);
      yield* lwkt_wait_ipiq(k, 1, seq);
      assert.deepEqual(seen, [[1, 1, 2]]);
    });
    watchAll(program, { onRun: () => seen.splice(0) }, MANY as never);
    assert.ok(early.has(false));
  });

  it('signals when 8 have gathered', () => {
    const program = kernelProgram(
      'gathered',
      {
        threads: {
          *nothing() {},
          *closed(k, ready, sent) {
            crit_enter(k);
            yield* k.store(ready, 1);
            yield* k.until(sent, NOT_EQUAL, 0);
            yield* crit_exit(k);
          },
        },
      },
      function* (k) {
        const ready = yield* newWord(k);
        const sent = yield* newWord(k);
        const td = yield* start(k, 'closed', [ready, sent], { cpu: 1 });
        yield* k.until(ready, NOT_EQUAL, 0);
        for (let message = 1; message <= 8; message++) {
          const before = k.peek(k.kernel.gdOf(1) + GD.gd_npoll);
          yield* lwkt_send_ipiq_passive(k, 1, fn('nothing'), 0, 0);
          const after = k.peek(k.kernel.gdOf(1) + GD.gd_npoll);
          if (message < 8) assert.equal(after, before, `message ${message}`);
          else assert.equal(after, 1);
        }
        yield* k.store(sent, 1);
        yield* joinAll(k, td);
      },
    );
    verdictOf(program, 'none', MANY);
  });

  it('does not send to its own CPU', () => {
    const program = kernelProgram('self', { cpus: 1 }, (k) => lwkt_send_ipiq_passive(k, 0, fn('main'), 0, 0));
    assert.match(verdictOf(program, 'panic', ONE).message, /cpu0 sends to itself/);
  });
});

describe('lwkt_process_ipiq', () => {
  it('runs what has arrived, when called with interrupts away', () => {
    const { seen, note } = noting();
    const program = kernelProgram(
      'poll',
      {
        threads: {
          note,
          *sender(k, sent) {
            yield* lwkt_send_ipiq(k, 0, fn('note'), 1, 1);
            yield* k.store(sent, 1);
          },
        },
      },
      function* (k) {
        const sent = yield* newWord(k);
        crit_enter(k);
        const td = yield* start(k, 'sender', [sent], { cpu: 1 });
        yield* k.until(sent, NOT_EQUAL, 0);
        const before = seen.length;
        yield* lwkt_process_ipiq(k);
        assert.deepEqual([before, seen.length], [0, 1]);
        yield* crit_exit(k);
        yield* joinAll(k, td);
      },
    );
    watchAll(program, { onRun: () => seen.splice(0) }, MANY as never);
  });
});
