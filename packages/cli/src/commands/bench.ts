/** Owns `smplab bench`: measures an area, or all of them, and prints a table or, with --json, its rows. */
import { exploreArea, FULL, QUICK } from '../bench/explore-area.ts';
import { lwktArea } from '../bench/lwkt-area.ts';
import { procArea } from '../bench/proc-area.ts';
import { procfsArea } from '../bench/procfs-area.ts';
import { schedArea } from '../bench/sched-area.ts';
import { type BenchRow, benchTable } from '../bench/row.ts';
import { Refusal, STATUS } from '../refusal.ts';
import { print } from '../terminal.ts';

export interface BenchFlags {
  readonly json?: boolean;
  readonly quick: boolean;
}

const AREAS = {
  explore: exploreArea,
  lwkt: lwktArea,
  proc: procArea,
  procfs: procfsArea,
  sched: schedArea,
} as const;

/** Runs the command; gives its exit status. */
export async function bench(area: string | undefined, flags: BenchFlags): Promise<number> {
  if (area !== undefined && !Object.hasOwn(AREAS, area)) {
    throw new Refusal(`there is no benchmark area "${area}"; there is ${Object.keys(AREAS).join(', ')}`);
  }
  const isLive = process.stderr.isTTY;
  const onCase = (name: string): void => {
    if (isLive) process.stderr.write(`\r\u001b[Kmeasuring ${name}`);
  };
  const chosen = Object.entries(AREAS).filter(([name]) => area === undefined || name === area);
  const rows: BenchRow[] = [];
  for (const [, measure] of chosen) rows.push(...(await measure(flags.quick ? QUICK : FULL, onCase)));
  if (isLive) process.stderr.write('\r\u001b[K');
  await print(flags.json === true ? JSON.stringify(rows, null, 2) : benchTable(rows));
  return STATUS.clean;
}
