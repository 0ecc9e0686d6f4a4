/** Owns the list of the published concurrency bugs, in the order in which they are usually listed. */
import type { Scenario } from '@smplab/explore';
import account from './account.ts';
import aget from './aget.ts';
import arithmeticProg from './arithmetic-prog.ts';
import bluetoothDriver from './bluetooth-driver.ts';
import circularBuffer from './circular-buffer.ts';
import deadlock01 from './deadlock01.ts';
import diningPhilosophers from './dining-philosophers.ts';
import fsbench from './fsbench.ts';
import lazy01 from './lazy01.ts';
import phase01 from './phase01.ts';
import reorder from './reorder.ts';
import stack from './stack.ts';
import sync01 from './sync01.ts';
import sync02 from './sync02.ts';
import workStealQueue from './work-steal-queue.ts';
import wronglock from './wronglock.ts';

export const concurrencyBugs: readonly Scenario[] = [
  ...account,
  ...lazy01,
  ...deadlock01,
  ...phase01,
  ...bluetoothDriver,
  ...arithmeticProg,
  ...sync01,
  ...sync02,
  ...circularBuffer,
  ...stack,
  ...diningPhilosophers,
  ...fsbench,
  ...reorder,
  ...wronglock,
  ...aget,
  ...workStealQueue,
];
