/**
 * Owns the list of fix switches: places where this kernel can go back to what DragonFly did before a commit
 * (reference: the bug history of sys/kern). With a switch in `asSeed` the historical path runs. Pure data.
 */
export interface FixSwitch {
  readonly id: string;
  /** What the historical path does wrong, in one line. */
  readonly wrong: string;
  /** Commit of DragonFlyBSD that mended it, and its date. */
  readonly commit: string;
}

export const FIX_SWITCHES = [
  {
    id: 'exclreq-fair',
    commit: '83c891d5d2 2017-10',
    wrong: 'overlapping shared holders starve an exclusive request (T8)',
  },
  {
    id: 'swap-bounds',
    commit: '84ecccb4cf 2011-11-18',
    wrong: 'lwkt_token_swap asserts one ref too many (T3)',
  },
  {
    id: 'preempt-token-ref',
    commit: '3933a3ab60 2010-08-30',
    wrong: 'a preempting thread uses a token of the thread it preempted (T4)',
  },
  {
    id: 'switch-no-splz',
    commit: '5411d8f15e 2016-07-10',
    wrong: 'messages run between the release of tokens and the switch (T5)',
  },
  {
    id: 'switch-fixation',
    commit: '844cfcd65d 2016-07-09',
    wrong: 'the scheduler waits for the first contending thread only (T6)',
  },
  {
    id: 'contended-unsigned',
    commit: '7fb451cb3c 2016-07-22',
    wrong: 'td_contended overflows to negative (T7)',
  },
  {
    id: 'exit-snapshot',
    commit: '3a06728ed5 2016-07-23',
    wrong: 'TDF_EXITING is read after TDF_RUNNING was cleared (T11)',
  },
  {
    id: 'passive-signal',
    commit: '1b1e83e245 2011-07',
    wrong: 'a queue full of passive messages is never signalled (T13)',
  },
  {
    id: 'nested-levels',
    commit: 'ddec9f484d 2016-07-19',
    wrong: 'messages sent from messages nest without bound (T14)',
  },
  {
    id: 'trytoken-critexit',
    commit: 'a015262c6b 2003-10-01',
    wrong: 'a failing lwkt_trytoken leaves its critical section entered (T15)',
  },
  {
    id: 'wakeup-interlock',
    commit: 'd9345d3a15 2009-07-14',
    wrong: 'a wakeup between interlock and sleep is forgotten (S1)',
  },
  {
    id: 'wakeup-fence',
    commit: 'e676ebdaf2 2017-08-23',
    wrong: 'no fence between state and cpumask in wakeup (S2, store buffers)',
  },
  {
    id: 'endtsleep-order',
    commit: '8d44685072 2011-04-05',
    wrong: 'endtsleep blocks before it sets TDF_TIMEOUT (S3)',
  },
  {
    id: 'timeout-stat',
    commit: 'a739e4f85f 2016-07-29',
    wrong: 'a thread that waits out its timeout cannot be woken (S4)',
  },
  {
    id: 'delayed-wakeup',
    commit: '2e90abac59 2013-07-11',
    wrong: 'a third delayed wakeup displaces the first (S6)',
  },
  {
    id: 'schedule-tsleepq',
    commit: '7f5d7ed72f 2009-07-15',
    wrong: 'a thread that is merely interlocked cannot be scheduled (S7)',
  },
  {
    id: 'tsleep-ident',
    commit: 'afd7f1247c 2017-10-16',
    wrong: 'tsleep does not see that it was interlocked on another ident',
  },
] as const satisfies readonly FixSwitch[];

export type FixId = (typeof FIX_SWITCHES)[number]['id'];

/** An id that is no fix switch. */
export class FixSwitchError extends Error {
  constructor(id: string, known: readonly FixSwitch[] = FIX_SWITCHES) {
    super(`there is no fix switch "${id}": known are ${known.map((each) => each.id).join(', ')}, all`);
    this.name = 'FixSwitchError';
  }
}

/** Which of some switches are on, by id. */
export type FixRecord<I extends string> = Readonly<Record<I, boolean>>;

/** The historical paths of the kernel core that are on. */
export type AsSeed = FixRecord<FixId>;

/**
 * Turns a list of ids (or `all`) into a record, so that the kernel reads one property; throws FixSwitchError
 * for an id that is not among the known ones.
 */
export function asSeedOf<I extends string = FixId>(
  ids: readonly string[] | 'all' = [],
  known: readonly (FixSwitch & { readonly id: I })[] = FIX_SWITCHES as readonly FixSwitch[] as never,
): FixRecord<I> {
  const given = asSeedIdsOf(ids);
  for (const id of given) {
    if (id !== 'all' && !known.some((each) => each.id === id)) throw new FixSwitchError(id, known);
  }
  return pickedFixes(given, known);
}

/** The ids as they were given, `all` as an id among them. */
export function asSeedIdsOf(ids: readonly string[] | 'all'): ReadonlySet<string> {
  return new Set(ids === 'all' ? [ids] : ids);
}

/** The record of one's own switches; ids of others are left to those. */
export function pickedFixes<I extends string>(
  given: ReadonlySet<string>,
  own: readonly (FixSwitch & { readonly id: I })[],
): FixRecord<I> {
  const isOn = (id: string): boolean => given.has(id) || given.has('all');
  return Object.fromEntries(own.map(({ id }) => [id, isOn(id)])) as FixRecord<I>;
}
