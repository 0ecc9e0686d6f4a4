/**
 * Owns the malloc types of the process table (MALLOC_DEFINE, seed lines 86-90 and the files around it). Pure
 * data. `kmalloc` and `kfree` are steps of kernel code by the name of the type.
 */
import type { Context, Steps } from '@smplab/lwkt';

export const M_PGRP = 'pgrp';
export const M_SESSION = 'session';
export const M_PROC = 'proc';
export const M_LWP = 'lwp';
export const M_SUBPROC = 'subproc';
export const M_PARGS = 'pargs';
export const M_CRED = 'cred';
export const M_UIDINFO = 'uidinfo';
export const M_PRISON = 'prison';
export const M_PLIMIT = 'plimit';
export const M_SIGACTS = 'sigacts';
export const M_FILEDESC = 'filedesc';
export const M_FILE = 'file';
export const M_NCHANDLE = 'namecache';
export const M_VMSPACE = 'vmspace';
export const M_VMPAGE = 'vmpage';
export const M_SIGIO = 'sigio';
export const M_TTY = 'tty';
export const M_HOOK = 'hook';
export const M_REAPER = 'reaper';
export const M_UPMAP = 'upmap';
export const M_TEMP = 'temp';

/** Zeroed words of a type (M_WAITOK | M_ZERO): panics when there is no memory left. */
export function kmalloc(k: Context, type: string, words: number): Steps<number> {
  return k.allocateZeroed(type, words);
}

/** Gives a block back. */
export function kfree(k: Context, type: string, pointer: number): Steps {
  return k.free(type, pointer) as unknown as Steps;
}
