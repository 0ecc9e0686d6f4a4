/**
 * Owns the list of the bugs of DragonFly's tokens, threads, messages and sleeps: in the order of the fix
 * switches.
 */
import type { MachineScenario } from '@smplab/machine';
import contendedUnsigned from './contended-unsigned.ts';
import delayedWakeup from './delayed-wakeup.ts';
import endtsleepOrder from './endtsleep-order.ts';
import exclreqFair from './exclreq-fair.ts';
import exitSnapshot from './exit-snapshot.ts';
import nestedLevels from './nested-levels.ts';
import passiveSignal from './passive-signal.ts';
import preemptTokenRef from './preempt-token-ref.ts';
import scheduleTsleepq from './schedule-tsleepq.ts';
import swapBounds from './swap-bounds.ts';
import switchFixation from './switch-fixation.ts';
import switchNoSplz from './switch-no-splz.ts';
import timeoutStat from './timeout-stat.ts';
import trytokenCritexit from './trytoken-critexit.ts';
import tsleepIdent from './tsleep-ident.ts';
import wakeupFence from './wakeup-fence.ts';
import wakeupInterlock from './wakeup-interlock.ts';

export const lwktHistory: readonly MachineScenario[] = [
  ...swapBounds,
  ...preemptTokenRef,
  ...switchNoSplz,
  ...switchFixation,
  ...contendedUnsigned,
  ...exclreqFair,
  ...exitSnapshot,
  ...passiveSignal,
  ...nestedLevels,
  ...trytokenCritexit,
  ...wakeupInterlock,
  ...wakeupFence,
  ...endtsleepOrder,
  ...timeoutStat,
  ...delayedWakeup,
  ...scheduleTsleepq,
  ...tsleepIdent,
];
