/**
 * Owns a program for a live machine with a person at its console: it answers lines, and ends at ^C.
 * JavaScript, because built workers load it too.
 */
import { processScenario } from '@smplab/proc';

const SIGINT = 2;

export default processScenario(
  'answers',
  { cpus: 2 },
  {
    '/bin/answers': {
      *main(u) {
        yield* u.sigaction(SIGINT, 'interrupted');
        yield* u.write(1, '? ');
        for (;;) {
          const line = yield* u.readLine(0);
          if (line === null) break;
          if (line === 'much') yield* u.write(1, `${'m'.repeat(10_000)}\n`);
          yield* u.write(1, `[${line}]\n? `);
        }
        yield* u.write(1, 'bye\n');
      },
      *interrupted(u) {
        yield* u.write(1, 'interrupted\n');
      },
    },
  },
);
