/** Types of actors.mjs, for the test. */
import type { MachineLimits } from '@smplab/lwkt';

export declare const LIMITS: Partial<MachineLimits>;
