/**
 * Ends the worker threads of busy live machines at random moments: `npm run campaign:faults [runs] [cpus]
 * [seed]`, some minutes. Takes no part in `npm test`, which does 24. Fails when a run ends without the
 * right report, or leaves a thread behind.
 */
import { faults, runFault, workerThreads } from '../../packages/machine/test/fixtures/fault-run.ts';

const [runs = 400, cpus = 4, seed = 2] = process.argv.slice(2).map(Number);
const before = workerThreads();
const problems: string[] = [];
for (const [at, fault] of faults(runs, cpus, seed).entries()) {
  const problem = await runFault(cpus, fault);
  if (problem !== null) problems.push(`run ${at} ${JSON.stringify(fault)}: ${problem}`);
}
const left = workerThreads() - before;
process.stdout.write(
  `${runs} runs on ${cpus} CPUs, seed ${seed}: ${problems.length} wrong, ${left} threads left behind\n`,
);
for (const problem of problems) process.stdout.write(`${problem}\n`);
process.exitCode = problems.length === 0 && left === 0 ? 0 : 1;
