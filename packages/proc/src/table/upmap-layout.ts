/**
 * Owns the layout of the page a process shares with the kernel (struct sys_upmap, sys/sys/upmap.h): a header
 * says where each element lies, so that programs do not depend on places. Offsets are bytes, as there. The
 * title is written by the program at any time; readers take what they see.
 */
import { array, atomic, int32, relaxed, struct } from '@smplab/kmem';

export const UPMAP_MAXPROCTITLE = 1024;
export const UPMAP_VERSION = 1;

/** Length of an element, as a part of its type. */
const UKPLEN_4 = 0x0200;
const UKPLEN_8 = 0x0300;
const UKPLEN_1024 = 0x0a00;

export const UKPTYPE_VERSION = 0x0001 | UKPLEN_4;
export const UPTYPE_RUNTICKS = 0x0010 | UKPLEN_4;
export const UPTYPE_FORKID = 0x0011 | UKPLEN_8;
export const UPTYPE_PID = 0x0012 | UKPLEN_4;
export const UPTYPE_PROC_TITLE = 0x0013 | UKPLEN_1024;
export const UPTYPE_INVFORK = 0x0014 | UKPLEN_4;

/** Entries of the header; those that are 0 end it. */
const UPMAP_HEADERS = 64;

export const SysUpmap = struct('sys_upmap', {
  /** Type in the low half of the word, offset in the high half (ukpheader_t). */
  header: array(int32, UPMAP_HEADERS),
  version: int32,
  runticks: relaxed(int32),
  /** Low word, high word. */
  forkid: array(int32, 2),
  /** Children inside vfork, which share the page: getpid then asks the kernel. */
  invfork: atomic(int32),
  pid: int32,
  reserved: array(int32, 16),
  /** Four bytes a word, up to a NUL. */
  proc_title: array(relaxed(int32), UPMAP_MAXPROCTITLE / 4),
});

/** Word offsets. */
export const UPMAP = SysUpmap.offsets;
