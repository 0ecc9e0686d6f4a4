/**
 * What not balancing costs: four CPUs with one queue, or with a queue each, at four loads.
 */
import { experiment, type Policy, type RandomStream, roundRobin, TaskQueue } from '@smplab/sched';

const MEAN_NS = 1_000_000;
const CPUS = 4;

/** Each task is for a CPU drawn at random, and stays there. */
function queueEach(): Policy {
  let queues: TaskQueue<null>[] = [];
  let random: RandomStream;
  return {
    name: 'a queue each',
    init(host) {
      queues = host.topology.cpus.map(() => new TaskQueue<null>());
      random = host.random('placement');
    },
    init_task: () => null,
    select_cpu: (task, previous) => (task.lastCpu === -1 ? random.below(queues.length) : previous),
    enqueue: (task) => queues[task.cpu].push(task),
    dequeue: (task) => void queues[task.cpu].remove(task),
    dispatch: (cpu) => queues[cpu].takeFor(cpu),
  };
}

export default experiment({
  name: 'one queue or four',
  description:
    'Jobs come at random to four CPUs, each a task that computes once. Theory: M/M/4, and four M/M/1.',
  factors: { queues: ['one', 'one each'], load: [0.5, 0.7, 0.8, 0.9] },
  repetitions: 10,
  machine: CPUS,
  costs: 'none',
  durationNs: 8_000_000_000,
  warmupNs: 1_000_000_000,
  policy: ({ queues }) => (queues === 'one' ? roundRobin({ quantumNs: 1e12 }) : queueEach()),
  workload: (host, { load }) => {
    const [gaps, services] = [host.random('gaps'), host.random('services')];
    const arrive = (now: number): void => {
      const work = services.exponential(MEAN_NS);
      host.spawn({
        name: 'job',
        program: function* (t) {
          yield t.compute(work);
        },
      });
      host.at(now + gaps.exponential(MEAN_NS / (CPUS * load)), arrive);
    };
    host.at(0, arrive);
  },
  metrics: ['response.mean', 'response.p99', 'utilisation', 'wasted'],
  compare: { factor: 'queues', baseline: 'one', metrics: ['response.mean', 'response.p99'] },
});
