/**
 * Owns the list of the process table's bugs in the history of process life cycles, in
 * the order of the fix switches.
 */
import type { ProcessScenario } from '@smplab/proc';
import alarmExiting from './alarm-exiting.ts';
import alllwpUnlocked from './alllwp-unlocked.ts';
import argsHoldLate from './args-hold-late.ts';
import detachHoldLeak from './detach-hold-leak.ts';
import execIgnoresHolds from './exec-ignores-holds.ts';
import exitNoNthreadsWakeup from './exit-no-nthreads-wakeup.ts';
import exitSignalsFreedParent from './exit-signals-freed-parent.ts';
import forkInheritsHold from './fork-inherits-hold.ts';
import forkMissesSignal from './fork-misses-signal.ts';
import invforkFlag from './invfork-flag.ts';
import killalllwpsUnlocked from './killalllwps-unlocked.ts';
import kthreadScanMarker from './kthread-scan-marker.ts';
import kthreadScanReturn from './kthread-scan-return.ts';
import nstoppedUnlocked from './nstopped-unlocked.ts';
import pidTwice from './pid-twice.ts';
import reapRunning from './reap-running.ts';
import reparentAssert from './reparent-assert.ts';
import reparentNoToken from './reparent-no-token.ts';
import scanChasesForks from './scan-chases-forks.ts';
import scanEmbryo from './scan-embryo.ts';
import ttyFreedSession from './tty-freed-session.ts';
import ucredReplaced from './ucred-replaced.ts';
import waitDoubleReap from './wait-double-reap.ts';
import waitHoldsChild from './wait-holds-child.ts';

export const procHistory: readonly ProcessScenario[] = [
  ...reapRunning,
  ...exitSignalsFreedParent,
  ...reparentNoToken,
  ...exitNoNthreadsWakeup,
  ...waitDoubleReap,
  ...reparentAssert,
  ...execIgnoresHolds,
  ...forkInheritsHold,
  ...scanEmbryo,
  ...forkMissesSignal,
  ...pidTwice,
  ...scanChasesForks,
  ...kthreadScanMarker,
  ...kthreadScanReturn,
  ...ucredReplaced,
  ...alllwpUnlocked,
  ...argsHoldLate,
  ...waitHoldsChild,
  ...nstoppedUnlocked,
  ...killalllwpsUnlocked,
  ...invforkFlag,
  ...alarmExiting,
  ...ttyFreedSession,
  ...detachHoldLeak,
];
