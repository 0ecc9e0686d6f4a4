/**
 * Proves at one preemption what the tests prove at none: `npm run campaign:procfs-proof`, two to five minutes
 * for each node that not everybody may read, `npm run campaign:procfs-proof -- linux mem` those of a tree or
 * of a name alone, `--preemptions 0` with another bound, `--late` of who opens the node at any time. In no
 * schedule does a byte of a set-id program reach who opened the node before. Takes no part in `npm test`.
 * Fails where anything is found or left out.
 */
import { parseArgs } from 'node:util';
import { explore } from '@smplab/explore';
import {
  guardedRows,
  isThere,
  oldOpener,
  type Tree,
  TREES,
} from '../../packages/scenarios/test/procfs-history/fixtures/old-opener.ts';

const MOST_SCHEDULES = 1_000_000;
const PROGRESS_SECONDS = 20;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { preemptions: { type: 'string', default: '1' }, late: { type: 'boolean', default: false } },
});
const preemptions = Number(values.preemptions);

/** What is done of a row so far, now and then. */
function progress(name: string): () => boolean {
  let schedules = 0;
  let next = performance.now() + PROGRESS_SECONDS * 1000;
  return () => {
    schedules++;
    if (performance.now() > next) {
      console.log(`  ${name}: ${schedules} schedules so far`);
      next += PROGRESS_SECONDS * 1000;
    }
    return false;
  };
}

const isWanted = (tree: Tree, name: string): boolean =>
  positionals.every((each) => each === tree || each === name);

for (const tree of Object.keys(TREES) as Tree[]) {
  for (const row of guardedRows(tree)) {
    if (!isThere(row) || !isWanted(tree, row.typeName)) continue;
    const name = `${tree} ${row.typeName}`;
    const started = performance.now();
    const { verdict, schedules, message, notes } = explore(oldOpener(tree, row, { isLate: values.late }), {
      strategy: 'dfs',
      preemptions,
      schedules: MOST_SCHEDULES,
      shrink: false,
      isStopped: progress(name),
    });
    const seconds = ((performance.now() - started) / 1000).toFixed(0);
    console.log(`${name}: ${verdict}, ${schedules} schedules at ${preemptions} preemptions, ${seconds} s`);
    if (verdict === 'proved') continue;
    console.log([message, ...notes].map((line) => `✗ ${line}`).join('\n'));
    process.exitCode = 1;
  }
}
