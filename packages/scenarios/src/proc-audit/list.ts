/**
 * Owns the list of the process table's wrong places that the audit of the seed found, in the order of the fix
 * switches.
 */
import type { ProcessScenario } from '@smplab/proc';
import alllwpScanStop from './alllwp-scan-stop.ts';
import argsTitleTorn from './args-title-torn.ts';
import cwdFdfree from './cwd-fdfree.ts';
import enterpgrpErrorRelease from './enterpgrp-error-release.ts';
import enterpgrpRevalidate from './enterpgrp-revalidate.ts';
import fixjobcUnlocked from './fixjobc-unlocked.ts';
import forkPgrpCached from './fork-pgrp-cached.ts';
import holdOverflow from './hold-overflow.ts';
import hooksUnlocked from './hooks-unlocked.ts';
import inferiorEmbryo from './inferior-embryo.ts';
import inferiorHoldLeak from './inferior-hold-leak.ts';
import kernProcDeref from './kern-proc-deref.ts';
import kernProcEmbryo from './kern-proc-embryo.ts';
import lwpExitRecheck from './lwp-exit-recheck.ts';
import makepidEarlyStamp from './makepid-early-stamp.ts';
import makepidInnerStamp from './makepid-inner-stamp.ts';
import orphanpgWalk from './orphanpg-walk.ts';
import pathnameUnlocked from './pathname-unlocked.ts';
import pgrelTty from './pgrel-tty.ts';
import prisonRef from './prison-ref.ts';
import reapKeepsHold from './reap-keeps-hold.ts';
import scanLimit from './scan-limit.ts';
import setsidRevalidate from './setsid-revalidate.ts';
import usermapPostexit from './usermap-postexit.ts';
import zpfindCurproc from './zpfind-curproc.ts';

export const procAudit: readonly ProcessScenario[] = [
  ...enterpgrpErrorRelease,
  ...enterpgrpRevalidate,
  ...setsidRevalidate,
  ...inferiorHoldLeak,
  ...inferiorEmbryo,
  ...kernProcEmbryo,
  ...reapKeepsHold,
  ...alllwpScanStop,
  ...makepidInnerStamp,
  ...makepidEarlyStamp,
  ...fixjobcUnlocked,
  ...orphanpgWalk,
  ...pgrelTty,
  ...kernProcDeref,
  ...pathnameUnlocked,
  ...cwdFdfree,
  ...argsTitleTorn,
  ...usermapPostexit,
  ...zpfindCurproc,
  ...scanLimit,
  ...holdOverflow,
  ...forkPgrpCached,
  ...lwpExitRecheck,
  ...prisonRef,
  ...hooksUnlocked,
];
