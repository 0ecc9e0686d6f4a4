import assert from 'node:assert/strict';
import { DepthFirst, Execution, scenario, type ScenarioBody } from '@smplab/explore';
import { accountBody } from '../src/concurrency-bugs/account.ts';
import { bluetoothDriverBody } from '../src/concurrency-bugs/bluetooth-driver.ts';
import { deadlock01Body } from '../src/concurrency-bugs/deadlock01.ts';
import { diningBody } from '../src/concurrency-bugs/dining-philosophers.ts';
import { lazy01Body } from '../src/concurrency-bugs/lazy01.ts';
import { phase01Body } from '../src/concurrency-bugs/phase01.ts';
import { reorderBody } from '../src/concurrency-bugs/reorder.ts';
import { sync01Body } from '../src/concurrency-bugs/sync01.ts';
import { sync02Body } from '../src/concurrency-bugs/sync02.ts';
import { ioprioBody } from '../src/kernel-history/cve-2016-7911.ts';
import type { Variant } from '../src/variant.ts';

interface Counts {
  interleavings: number;
  failing: number;
}

/** Runs every interleaving of a program. */
function count(body: ScenarioBody): Counts {
  const program = scenario('counted', body);
  const execution = new Execution();
  const search = new DepthFirst();
  const counts = { interleavings: 0, failing: 0 };
  while (search.begin()) {
    execution.execute(program, search);
    counts.interleavings++;
    if (execution.failure !== null) counts.failing++;
  }
  return counts;
}

interface Row {
  readonly program: string;
  readonly body: (variant: Variant) => ScenarioBody;
  /**
   * Interleavings without the assertion; and of those that run with it, how many fail (where it is
   * published).
   */
  readonly interleavings: number;
  readonly failing?: number;
}

const PUBLISHED: readonly Row[] = [
  { program: 'account', body: accountBody, interleavings: 58, failing: 7 },
  { program: 'lazy01', body: lazy01Body, interleavings: 931 },
  { program: 'deadlock01', body: deadlock01Body, interleavings: 90, failing: 3 },
  { program: 'phase01', body: phase01Body, interleavings: 17, failing: 17 },
  { program: 'bluetooth_driver', body: bluetoothDriverBody, interleavings: 968, failing: 35 },
  { program: 'sync01', body: sync01Body, interleavings: 8, failing: 8 },
  { program: 'sync02', body: sync02Body, interleavings: 68, failing: 68 },
  { program: 'reorder_3', body: (variant) => reorderBody(2, 1, variant), interleavings: 2827, failing: 23 },
  { program: 'din_phil2', body: (variant) => diningBody(2, 'bare', variant), interleavings: 5576 },
  { program: 'CVE-2016-7911', body: ioprioBody, interleavings: 54 },
];

describe('the number of interleavings of a published program', () => {
  for (const { program, body, interleavings, failing } of PUBLISHED) {
    it(`is ${interleavings} for ${program} without its assertion`, () => {
      assert.equal(count(body({ check: false })).interleavings, interleavings);
    });
    if (failing === undefined) continue;
    it(`is ${failing} for those of ${program} that fail with it`, () => {
      assert.equal(count(body({})).failing, failing);
    });
  }
});
