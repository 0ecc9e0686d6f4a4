/**
 * Owns turning what kernel functions give (0, an errno, ERESTART) into the result of a system call. Pure.
 */
import { ERESTART } from '@smplab/lwkt';
import { RESTART } from '../errno.ts';

/** 0, the negative errno, or RESTART. */
export function result(error: number): number {
  if (error === ERESTART) return RESTART;
  return error === 0 ? 0 : -error;
}
