/**
 * Readers that starve a writer of a token, before DragonFly's fix of October 2017 (83c891d5d2) and after it.
 */
import { machineScenario, type MachineScenario } from '@smplab/machine';
import { experiment, processWorkload, type ProgramCounter } from '@smplab/sched';

type Draw = () => number;

/** Readers that hold the token for 2 us of every 2.5, and a writer that wants it every 20 us. */
function readersAndWriter(readers: number, phase: Draw, counter: ProgramCounter): MachineScenario {
  // A writer that never gets it writes nothing.
  counter.add('writes', 0);
  return machineScenario(
    'readers and a writer',
    {
      threads: {
        *reader(k, token) {
          yield* k.lwkt_compute(2_500 * phase());
          for (;;) {
            yield* k.lwkt_gettoken_shared(token);
            yield* k.lwkt_compute(2_000);
            yield* k.lwkt_reltoken(token);
            counter.add('reads');
            yield* k.lwkt_compute(500);
          }
        },
        *writer(k, token) {
          for (;;) {
            yield* k.lwkt_compute(20_000);
            const from = counter.now;
            yield* k.lwkt_gettoken(token);
            counter.add('writes');
            counter.time('wait of the writer', counter.now - from);
            yield* k.lwkt_compute(500);
            yield* k.lwkt_reltoken(token);
          }
        },
      },
    },
    function* (k) {
      const token = k.lwkt_token_init('shared');
      yield* k.lwkt_create('writer', { cpu: 0, args: [token] });
      for (let cpu = 1; cpu <= readers; cpu++) yield* k.lwkt_create('reader', { cpu, args: [token] });
    },
  );
}

export default experiment({
  name: 'the starved writer',
  description:
    'Readers hold a token shared for 2 us, again and again; a writer wants it every 20 us. The request of ' +
    'the writer did not hold back new readers as long as others overlapped.',
  factors: { kernel: ['2017-09', '2017-10'], readers: [1, 3, 7, 15] },
  machine: ({ readers }) => readers + 1,
  policy: 'rr',
  durationNs: 20_000_000,
  processes: ({ kernel, readers }, random) =>
    processWorkload('readers', { asSeed: kernel === '2017-09' ? ['exclreq-fair'] : [] }, (counter) =>
      readersAndWriter(readers, () => random.uniform(), counter),
    ),
  metrics: ['writes rate', 'wait of the writer mean', 'wait of the writer max', 'reads rate'],
  compare: { factor: 'kernel', baseline: '2017-09', metrics: ['writes rate', 'reads rate'] },
});
