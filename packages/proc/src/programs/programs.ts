/**
 * Owns the list of programs every machine can have, by path: what `smplab boot` finds in /bin and /sbin.
 */
import type { Programs } from '../user/image.ts';
import { cat } from './cat.ts';
import { echo, falseProgram, trueProgram } from './echo.ts';
import { kill } from './kill.ts';
import { pgrep } from './pgrep.ts';
import { ps } from './ps.ts';
import { pstree } from './pstree.ts';
import { sh } from './shell.ts';
import { sleep } from './sleep.ts';
import { storm } from './storm.ts';
import { sysctl } from './sysctl.ts';
import { vmstat } from './vmstat.ts';

export const BIN_PROGRAMS: Programs = {
  '/bin/cat': cat,
  '/bin/echo': echo,
  '/bin/false': falseProgram,
  '/bin/kill': kill,
  '/bin/pgrep': pgrep,
  '/bin/ps': ps,
  '/bin/pstree': pstree,
  '/bin/sh': sh,
  '/bin/sleep': sleep,
  '/bin/storm': storm,
  '/bin/true': trueProgram,
  '/sbin/sysctl': sysctl,
  '/usr/bin/vmstat': vmstat,
};
