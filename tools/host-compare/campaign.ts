/**
 * Compares random sequences of process operations with the kernel of the host: `npm run campaign:host
 * [sequences] [first seed]`, some minutes. Takes no part in `npm test`, which does twenty. Fails when a
 * line differs that no rule of difference-rules.ts is about.
 */
import { compare } from './comparison.ts';
import { DIFFERENCE_RULES } from './difference-rules.ts';
import { hostLines, hostProblem } from './host-run.ts';
import { machineLines } from './machine-run.ts';
import { sequenceOf } from './sequence.ts';

const BATCH = 100;
const BATCH_SECONDS = 120;

const [count = 1000, first = 1] = process.argv.slice(2).map(Number);
const problem = hostProblem();
if (problem === null) campaign();
else process.stdout.write(`${problem}\n`);

function campaign(): void {
  const used = new Map<string, number>();
  const wrong: string[] = [];
  let compared = 0;
  for (let from = first; from < first + count; from += BATCH) {
    const size = Math.min(BATCH, first + count - from);
    const sequences = Array.from({ length: size }, (_, at) => sequenceOf(from + at));
    const ours = machineLines(sequences);
    const theirs = hostLines(sequences, BATCH_SECONDS);
    for (const [at, { seed }] of sequences.entries()) {
      const { difference, rules, compared: lines } = compare(ours[at], theirs[at]);
      compared += lines;
      for (const [id, times] of rules) used.set(id, (used.get(id) ?? 0) + times);
      if (difference === null) continue;
      const { step, machine, host } = difference;
      wrong.push(`seed ${seed} ${step}\n  machine: ${machine}\n  host:    ${host}\n`);
    }
    process.stderr.write(`${from - first + size} sequences, ${wrong.length} differ\n`);
  }
  process.stdout.write(`${count} sequences from seed ${first}, ${compared} results compared: `);
  process.stdout.write(`${wrong.length} sequences differ\n${wrong.join('')}`);
  for (const { id, kind, reason } of DIFFERENCE_RULES) {
    const times = used.get(id);
    process.stdout.write(`${id} (${kind}${times === undefined ? '' : `, ${times} times`}): ${reason}\n`);
  }
  process.exitCode = wrong.length === 0 ? 0 : 1;
}
