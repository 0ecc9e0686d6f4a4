/**
 * Owns the list of the process table's bugs in the history of process life cycles, in
 * the order of the fix switches.
 */
import type { ProcessScenario } from '@smplab/proc';

export const procHistory: readonly ProcessScenario[] = [];
