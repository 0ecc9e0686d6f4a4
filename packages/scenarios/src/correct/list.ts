/**
 * Owns the list of the correct programs: locks, waiting, barriers, reading without locks, queues and stacks.
 */
import type { Scenario } from '@smplab/explore';
import barrierPhases from './barrier-phases.ts';
import boundedBuffer from './bounded-buffer.ts';
import chaseLevDeque from './chase-lev-deque.ts';
import countedSnapshot from './counted-snapshot.ts';
import dekker from './dekker.ts';
import doubleCheckedInit from './double-checked-init.ts';
import hazardPointer from './hazard-pointer.ts';
import michaelScottQueue from './michael-scott-queue.ts';
import mpmcRing from './mpmc-ring.ts';
import once from './once.ts';
import orderedForks from './ordered-forks.ts';
import peterson from './peterson.ts';
import pingPong from './ping-pong.ts';
import rcuPointer from './rcu-pointer.ts';
import rwlockCache from './rwlock-cache.ts';
import semaphorePool from './semaphore-pool.ts';
import senseBarrier from './sense-barrier.ts';
import seqlock from './seqlock.ts';
import spinLock from './spin-lock.ts';
import spscRing from './spsc-ring.ts';
import ticketLock from './ticket-lock.ts';
import treiberStack from './treiber-stack.ts';

export const correctPrograms: readonly Scenario[] = [
  ticketLock,
  spinLock,
  peterson,
  dekker,
  orderedForks,
  semaphorePool,
  boundedBuffer,
  pingPong,
  once,
  doubleCheckedInit,
  senseBarrier,
  barrierPhases,
  rwlockCache,
  seqlock,
  rcuPointer,
  hazardPointer,
  countedSnapshot,
  spscRing,
  mpmcRing,
  treiberStack,
  michaelScottQueue,
  chaseLevDeque,
];
