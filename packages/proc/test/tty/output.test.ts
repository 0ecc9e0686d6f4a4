import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { NOT_EQUAL } from '@smplab/explore';
import { type Context, raise_int } from '@smplab/lwkt';
import { ttyTranscript } from '../../src/tty/output.ts';
import { T, TF_BLOCK } from '../../src/tty/tty-layout.ts';
import { ICANON, IO_NDELAY, OPOST, TIOCDRAIN, TIOCOUTQ, TIOCSETA, TTY_VECTOR } from '../../src/tty/ttycom.ts';
import { consoleOf, request, runs, start, ttyProgram, verdictOf, write } from './tty-program.ts';

const SIZE = 4096;

describe('the output ring of a terminal', () => {
  it('keeps the last bytes as a transcript when nobody drains it', () => {
    runs(function* (k: Context) {
      const tp = consoleOf(k);
      for (let line = 0; line < 1000; line++) yield* write(k, tp, `line ${line}\n`);
      const text = ttyTranscript(k.kernel, tp);
      assert.equal(text.length, SIZE);
      assert.ok(text.endsWith('line 998\r\nline 999\r\n'));
      assert.equal(yield* request(k, tp, TIOCOUTQ), 0);
      assert.equal(yield* request(k, tp, TIOCDRAIN), 0);
    });
  });

  it('writes newlines as they are without output processing', () => {
    runs(function* (k: Context) {
      const tp = consoleOf(k);
      yield* write(k, tp, 'a\n');
      yield* request(k, tp, TIOCSETA, ICANON | OPOST);
      yield* write(k, tp, 'b\n');
      assert.equal(ttyTranscript(k.kernel, tp), 'a\r\nb\n');
    });
  });

  it('takes no more than there is room for from a writer that does not wait', () => {
    runs(function* (k: Context) {
      const tp = consoleOf(k);
      yield* k.store(tp + T.t_flags, TF_BLOCK);
      const done = yield* write(k, tp, 'x'.repeat(SIZE + 100), IO_NDELAY);
      assert.ok(done >= SIZE - 2 && done <= SIZE, `${done} bytes went`);
      assert.equal(yield* request(k, tp, TIOCOUTQ), done);
      assert.equal(yield* write(k, tp, 'more', IO_NDELAY), 0);
    });
  });

  it('makes a writer wait for the drain, and loses nothing of what it writes', () => {
    const text = Array.from({ length: 60 }, (_, at) => `${at} ${'.'.repeat(97)}`).join('|');
    const program = ttyProgram(
      'drained',
      {
        cpus: 3,
        threads: {
          *writer(k: Context, tp: number) {
            yield* write(k, tp, text);
            yield* request(k, tp, TIOCDRAIN);
          },
          // A CPU that does nothing else stands for the host.
          *drain(k: Context, tp: number) {
            let shown = '';
            while (shown.length < text.length) {
              const head = k.peek(tp + T.t_outhead);
              yield* k.until(tp + T.t_outtail, NOT_EQUAL, head);
              const tail = yield* k.load(tp + T.t_outtail);
              for (let at = head; at !== tail; at++) shown += charAt(k, tp, at);
              yield* k.store(tp + T.t_outhead, tail);
              yield* raise_int(k, 0, TTY_VECTOR);
            }
            if (shown !== text) k.misuse('assertion', 'the drain sees another text');
          },
        },
      },
      function* (k: Context) {
        const tp = consoleOf(k);
        yield* k.store(tp + T.t_flags, TF_BLOCK);
        yield* start(k, 'drain', 1, tp);
        yield* start(k, 'writer', 2, tp);
      },
    );
    verdictOf(program, 'none', { strategy: 'random', schedules: 100 });
  });
});

function charAt(k: Context, tp: number, at: number): string {
  return String.fromCharCode(k.words[k.words[tp + T.t_out] + (at & (SIZE - 1))]);
}
