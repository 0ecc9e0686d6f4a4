/**
 * Owns the list of fix switches of procfs: places where it can go back to what the seeds, or the systems
 * before a commit, do wrong. With a switch in `asSeed` that path runs. Pure data.
 */
import { type FixRecord, type FixSwitch, pickedFixes } from '@smplab/lwkt';

export const PROCFS_FIX_SWITCHES = [
  {
    id: 'procfs-init-order',
    commit: 'procfs_vfsops.c 1.117 2024-07-01',
    wrong: 'the file system and its hooks are live before the lock and the table of nodes exist (2.4 a)',
  },
  {
    id: 'procfs-ref-early',
    commit: 'procfs_vfsops.c 1.117 2024-07-01',
    wrong: 'the mount is let go before it is suspended, so that an unmount may free it in between (2.4 b)',
  },
  {
    id: 'procfs-reload',
    commit: 'procfs_vfsops.c 1.117 2024-07-01',
    wrong:
      'the hook loads a node of a descriptor again while p_reflock is held by the process itself (2.4 c)',
  },
  {
    id: 'procfs-last-two-fds',
    commit: 'NetBSD procfs_vnops.c 1e74dbe4',
    wrong: 'a directory of descriptors does not list the last two slots of the table (1.5)',
  },
  {
    id: 'procfs-torn-regs',
    commit: 'README 1993, "the bsd kernel is single-processor"',
    wrong: 'registers of a process that runs on another CPU are read one by one while it changes them',
  },
  {
    id: 'procfs-unfrozen-regs',
    commit: 'Linux CVE-2013-0871',
    wrong: 'registers are written some time after the process was seen to be stopped',
  },
  {
    id: 'procfs-zombie-nodes',
    commit: 'FreeBSD procfs_subr.c of 2001',
    wrong: 'a node that is made of a zombie stays when that is reaped, and is of whoever has its number next',
  },
  {
    id: 'procfs-wait-zombie',
    commit: 'NetBSD procfs_ctl.c 0a7bd552',
    wrong: 'wait takes every process for stopped that is no zombie, and returns at once',
  },
  {
    id: 'procfs-wait-inverted',
    commit: 'FreeBSD 14 procfs_ctl.c 3f5fdd6c',
    wrong: 'wait sleeps while the process is stopped, and fails when it runs',
  },
  {
    id: 'procfs-wait-inside',
    commit: 'NetBSD PR 52364 2017-07-25',
    wrong: 'wait sleeps inside a transaction of the file system, with its node locked',
  },
  {
    id: 'procfs-attach-oppid',
    commit: 'FreeBSD procfs_ctl.c 61b21672 1995',
    wrong: 'a parent that attaches to its child is not noted as the parent to give it back to',
  },
  {
    id: 'procfs-detach-anybody',
    commit: 'FreeBSD 14 procfs_ctl.c 3f5fdd6c',
    wrong: 'whoever may write to ctl ends a trace, not the tracer alone',
  },
  {
    id: 'procfs-attach-unlocked',
    commit: 'NetBSD-SA2001-009, NetBSD-SA2002-001',
    wrong: 'who may attach is asked first, and p_reflock given back before the process is attached to',
  },
  {
    id: 'procfs-attach-own-lock',
    commit: 'Linux CVE-2009-1527',
    wrong: 'attach takes p_reflock and p_token of the caller, not those of the process it attaches to',
  },
  {
    id: 'procfs-setattr',
    commit: 'Linux CVE-2006-3626',
    wrong: 'the mode of a node can be changed, and stays so',
  },
  {
    id: 'procfs-offset',
    commit: 'FreeBSD-SA-03:17',
    wrong: 'a read that begins behind the end of a text gives what lies there in kernel memory',
  },
  {
    id: 'procfs-inactive-busy',
    commit: 'NetBSD procfs_vnops.c cee61235 (1.148.2.2)',
    wrong: 'inactive takes a process that execs for gone, and gives back a look that it has not begun',
  },
  {
    id: 'procfs-readdir-unlocks',
    commit: 'NetBSD PR 56614, procfs_vnops.c 1.221',
    wrong: 'where descriptors may not be seen readdir ends its look at the process twice',
  },
  {
    id: 'procfs-lookup-sees',
    commit: 'NetBSD procfs_vnops.c before 1.229 2022-06-17',
    wrong: 'lookup and getattr do not ask whether a process may be seen, readdir does',
  },
  {
    id: 'procfs-fileno-bits',
    commit: 'NetBSD procfs.h 2007 to 2018',
    wrong: 'numbers of nodes have five bits for the type, and there are more types than that',
  },
  {
    id: 'procfs-block-size',
    commit: 'FreeBSD 6cd79fcb',
    wrong: 'the file system does not say how large its blocks are',
  },
  {
    id: 'procfs-no-exec-hook',
    commit: 'Linux CVE-2011-1020',
    wrong: 'nobody revokes at a set-id exec: what was open before stays open for reading',
  },
  {
    id: 'procfs-no-io-check',
    commit: 'FreeBSD-SA-97:04',
    wrong: 'rights are looked at when a node is opened, and not again when it is read or written',
  },
  {
    id: 'procfs-writer-rights',
    commit: 'Linux CVE-2012-0056',
    wrong: 'what counts at a read or write are the rights of who does it, and not of who opened the node',
  },
  {
    id: 'procfs-revoke-locked',
    commit: 'FreeBSD pseudofs_vncache.c before cb0f9ed0',
    wrong: 'the nodes of a process are revoked with the list locked that they leave when they are reclaimed',
  },
  {
    id: 'procfs-no-hashinit',
    commit: 'procfs_vfsops.c 1.112 2024-01-17',
    wrong: 'nobody makes the table of nodes, and the first node of the system is put into it',
  },
] as const satisfies readonly FixSwitch[];

export type ProcfsFixId = (typeof PROCFS_FIX_SWITCHES)[number]['id'];

/** The historical paths that are on. */
export type ProcfsAsSeed = FixRecord<ProcfsFixId>;

/** Picks the switches of procfs out of the ids a machine was given. */
export function procfsAsSeedOf(ids: ReadonlySet<string>): ProcfsAsSeed {
  return pickedFixes(ids, PROCFS_FIX_SWITCHES);
}
