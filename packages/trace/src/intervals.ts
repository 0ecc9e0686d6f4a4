/**
 * Owns intervals read off the events of a trace: who ran where from when to when, and in which state each
 * thread was. What has not ended by the last event ends with it.
 */
import { IDLE_TID, type Trace, type TraceEvent } from './event.ts';

export type StateName = 'running' | 'runnable' | 'sleeping';

export interface StateInterval {
  readonly tid: number;
  readonly state: StateName;
  /** Where it runs; -1 in other states. */
  readonly cpu: number;
  readonly startNs: number;
  readonly endNs: number;
}

/** The time of the last event. */
export function endOf(trace: Trace): number {
  return trace.events.at(-1)?.timeNs ?? 0;
}

/** Those of the intervals in which somebody ran. */
export function runsOf(states: readonly StateInterval[]): StateInterval[] {
  return states.filter(({ state }) => state === 'running');
}

/** What each thread was at, from its first event on, in the order in which that began. */
export function statesOf(trace: Trace): StateInterval[] {
  const open = new Map<number, { tid: number; state: StateName; cpu: number; startNs: number }>();
  const seen = new Set<number>();
  const found: StateInterval[] = [];
  const close = (tid: number, endNs: number): void => {
    const state = open.get(tid);
    open.delete(tid);
    if (state === undefined || endNs <= state.startNs) return;
    const { cpu, startNs } = state;
    found.push({ tid, state: state.state, cpu, startNs, endNs });
  };
  const enter = (tid: number, state: StateName, cpu: number, startNs: number): void => {
    if (tid === IDLE_TID) return;
    close(tid, startNs);
    open.set(tid, { tid, state, cpu, startNs });
    seen.add(tid);
  };
  const from = trace.events[0]?.timeNs ?? 0;
  for (const event of trace.events) {
    if (event.kind === 'switch') {
      // Who is switched out without having been switched in has run from the beginning.
      if (!seen.has(event.prev)) enter(event.prev, 'running', event.cpu, from);
      leave(event, enter, close);
      enter(event.next, 'running', event.cpu, event.timeNs);
    } else if (event.kind === 'waking') enter(event.tid, 'runnable', -1, event.timeNs);
  }
  for (const tid of [...open.keys()]) close(tid, endOf(trace));
  return found.sort((a, b) => a.startNs - b.startNs);
}

function leave(
  { prev, prevState, timeNs }: Extract<TraceEvent, { kind: 'switch' }>,
  enter: (tid: number, state: StateName, cpu: number, startNs: number) => void,
  close: (tid: number, endNs: number) => void,
): void {
  if (prevState === 'X') close(prev, timeNs);
  else enter(prev, prevState === 'R' || prevState === 'R+' ? 'runnable' : 'sleeping', -1, timeNs);
}
