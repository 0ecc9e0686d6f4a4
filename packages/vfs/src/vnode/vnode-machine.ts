/**
 * Owns the legal changes of a vnode's state, as an xstate machine that is compiled to a table when this
 * module loads (NetBSD kern/vfs_vnode.c, vstate_change). Pure data; `vstate_change` asks it at each change.
 *
 *     LOADING --> LOADED <--> BLOCKED --> RECLAIMING --> RECLAIMED         MARKER: in lists only, for ever
 *        +-----------------------------------------------> RECLAIMED       it could not be loaded
 */
import { compile, GRANTED, nextOf, outcomeOf } from '@smplab/token';
import { setup } from 'xstate';
import { VS_BLOCKED, VS_LOADED, VS_LOADING, VS_MARKER, VS_RECLAIMED, VS_RECLAIMING } from './vnode-layout.ts';

/** The states and their numbers. */
export const vnodeStates = {
  marker: VS_MARKER,
  loading: VS_LOADING,
  loaded: VS_LOADED,
  blocked: VS_BLOCKED,
  reclaiming: VS_RECLAIMING,
  reclaimed: VS_RECLAIMED,
} as const;

export type VnodeState = keyof typeof vnodeStates;

/** The events and their columns. */
const vnodeEvents = { load: 0, fail: 1, block: 2, unblock: 3, reclaim: 4, finish: 5 } as const;

export type VnodeEvent = keyof typeof vnodeEvents;

const to = <S extends VnodeState>(target: S) =>
  ({ target, actions: { type: 'grant', params: { delta: 0 } } }) as const;

/** The life of a vnode. */
export const vnodeMachine = setup({
  types: { events: {} as { type: VnodeEvent } },
  actions: { grant: (_: unknown, _params: { readonly delta: number }): void => undefined },
}).createMachine({
  id: 'vnode',
  initial: 'loading',
  states: {
    marker: {},
    loading: { on: { load: to('loaded'), fail: to('reclaimed') } },
    loaded: { on: { block: to('blocked') } },
    blocked: { on: { unblock: to('loaded'), reclaim: to('reclaiming') } },
    reclaiming: { on: { finish: to('reclaimed') } },
    reclaimed: {},
  },
});

const compiled = compile(vnodeMachine, { states: vnodeStates, events: vnodeEvents });

/** The states that a vnode cannot come into: only markers are what they are from the beginning. */
export const unreachedStates = compiled.unreached;

const NAMES = new Map<number, string>(
  Object.entries(vnodeStates).map(([name, number]) => [number, name.toUpperCase()]),
);

/** The name of a state, for messages. */
export function vstateName(state: number): string {
  return NAMES.get(state) ?? `state ${state}`;
}

/** Whether the machine has an edge between two states. */
export function isVnodeEdge(from: number, target: number): boolean {
  return Object.values(vnodeEvents).some((event) => {
    const entry = compiled.table[(from << 4) | event];
    return outcomeOf(entry) === GRANTED && nextOf(entry) === target;
  });
}

/** As `isVnodeEdge`, for the hot path: 1 where there is an edge, by `from << 3 | to`. */
export const VNODE_EDGES: Uint8Array = Uint8Array.from({ length: 64 }, (_, pair) =>
  isVnodeEdge(pair >> 3, pair & 7) ? 1 : 0,
);
