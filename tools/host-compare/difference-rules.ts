/**
 * Owns the table of differences between DragonFly, which the machine follows, and Linux. A difference that
 * leaves no trace is compared, against what each of the two must give; one after which processes would be in
 * another state is not asked for, on either side and for a reason that stands in the line; the others concern
 * how things are told. Nothing else may differ. Pure data.
 */

export interface DifferenceRule {
  readonly id: string;
  /** `compared`: both results are known; `not asked`; `told`: how results are written down. */
  readonly kind: 'compared' | 'not asked' | 'told';
  readonly reason: string;
  /** Of compared: the line without its result, and the results. */
  readonly line?: RegExp;
  readonly machine?: RegExp;
  readonly host?: RegExp;
}

export const DIFFERENCE_RULES: readonly DifferenceRule[] = [
  {
    id: 'zombie-lookup',
    kind: 'compared',
    reason:
      'getpgid and getsid of a process that has ended: DragonFly looks with pfind, which finds no ' +
      'zombies (ESRCH); in Linux a pid means its process until it was waited for',
    line: /^\w get[ps]g?id\(\w\) \[zombie\]$/,
    machine: /^-1 ESRCH$/,
    host: /^(\w|somebody)$/,
  },
  {
    id: 'zombie-group',
    kind: 'compared',
    reason:
      'a signal to a group of which all have ended: DragonFly (dokillpg) does not count zombies and ' +
      'finds nobody (ESRCH); Linux sends to them, without effect (0)',
    line: /^\w killpg\(\w, \w+\) \[zombies\]$/,
    machine: /^-1 ESRCH$/,
    host: /^0$/,
  },
  {
    id: 'zombie-setpgid',
    kind: 'not asked',
    reason:
      'setpgid of a child that has ended: DragonFly ESRCH, Linux moves it, and with it the end of a ' +
      'group',
  },
  {
    id: 'grandchild',
    kind: 'not asked',
    reason:
      'setpgid of a descendant that is no child: DragonFly allows it (inferior), Linux and POSIX do not ' +
      '(ESRCH)',
  },
  {
    id: 'stopped-orphan',
    kind: 'not asked',
    reason:
      'setpgid and setsid while somebody is stopped in the group that is left, or in one of a child: in ' +
      'DragonFly a group that becomes an orphan by them is sent SIGHUP and SIGCONT (fixjobc in ' +
      'enterpgrp), in Linux by an exit only',
  },
  {
    id: 'child-order',
    kind: 'told',
    reason:
      'which of several children wait(-1) tells first is nobody`s promise (DragonFly: the youngest, ' +
      'Linux: the oldest): all that there is to be told is taken, and sorted',
  },
  {
    id: 'numbers',
    kind: 'told',
    reason: 'errors, signals and wait statuses have other numbers: they are told by name',
  },
  {
    id: 'reaper',
    kind: 'told',
    reason:
      'the controller takes orphans over by procctl(PROC_REAP_ACQUIRE), on Linux by ' +
      'PR_SET_CHILD_SUBREAPER; both look for the nearest such ancestor',
  },
  {
    id: 'everybody',
    kind: 'not asked',
    reason:
      'kill(-1): it would reach every process of the host; the conformance suite has it. A process or ' +
      'group that is gone is asked for by a number that nobody can have, since the host may have given ' +
      'its own away',
  },
];
