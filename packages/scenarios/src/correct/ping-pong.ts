/** Owns `ping-pong`: two threads that take strict turns with one condition each; own program. */
import { scenario } from '@smplab/explore';

const ROUNDS = 2;

export default scenario(
  'ping-pong',
  function* (s) {
    const m = s.mutex('m');
    const turn = s.cell('turn', 0);
    const hits = s.cell('hits', 0);
    const sides = [s.cond('ping'), s.cond('pong')];
    const play = (me: number) =>
      function* () {
        for (let round = 0; round < ROUNDS; round++) {
          yield* m.lock();
          while ((yield* turn.read()) !== me) yield* sides[me].wait(m);
          const hit = yield* hits.read();
          s.assert(hit === round * 2 + me, 'the sides take turns');
          yield* hits.write(hit + 1);
          yield* turn.write(1 - me);
          yield* sides[1 - me].signal();
          yield* m.unlock();
        }
      };

    const ping = yield* s.spawn('ping', play(0));
    const pong = yield* s.spawn('pong', play(1));
    yield* ping.join();
    yield* pong.join();
    s.assert(hits.peek() === 2 * ROUNDS, 'the match is played to its end');
  },
  {
    source: 'own program',
    shows: 'A signal before the wait is not lost, because the waiter looks at the turn first.',
    expected: 'none',
  },
);
