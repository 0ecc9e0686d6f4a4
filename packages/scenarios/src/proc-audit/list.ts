/**
 * Owns the list of the process table's wrong places that the audit of the seed found, in
 * the order of the fix switches.
 */
import type { ProcessScenario } from '@smplab/proc';

export const procAudit: readonly ProcessScenario[] = [];
