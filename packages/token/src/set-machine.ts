/**
 * The tokens of one thread, as an xstate machine: a stack of references that is owned as a whole or not at
 * all. Pure data, like machine.ts; it belongs to the thread, and only the CPU of the thread moves it.
 *
 *   none      the thread wants no token
 *   owned     it owns every token it wants
 *   wanting   it owns all but the topmost one, which was refused: td_toks_have is set, the thread must switch
 *   dropped   it is switched out and owns none; its references stay on the stack
 *
 * `push...` is lwkt_gettoken, `try...` lwkt_trytoken, `swap` lwkt_token_swap. A thread leaves `dropped` with
 * all its tokens or not at all. `release` leaves references behind; the last goes by `releaseLast`. Outcomes
 * are actions as in machine.ts; `delta` is what is added to the number of references on the stack.
 */
import { setup } from 'xstate';

/** The states and their numbers. */
export const tokenSetStates = { none: 0, owned: 1, wanting: 2, dropped: 3 } as const;

/** The name of a state. */
export type TokenSetState = keyof typeof tokenSetStates;

/** The name of an event. */
export type TokenSetEvent =
  | 'pushGranted'
  | 'pushRefused'
  | 'tryGranted'
  | 'tryRefused'
  | 'release'
  | 'releaseLast'
  | 'swap'
  | 'switchOut'
  | 'switchInAll'
  | 'switchInRefused';

const granted = <S extends TokenSetState>(target: S, delta: number) =>
  ({ target, actions: { type: 'grant', params: { delta } } }) as const;
const wanting = { target: 'wanting', actions: { type: 'request', params: { delta: 1 } } } as const;
const refused = { actions: { type: 'refuse', params: { delta: 0 } } } as const;

const outcome = (_: unknown, _params: { readonly delta: number }): void => undefined;

/** Acquiring one more is the same with and without others. */
const acquiring = {
  pushGranted: granted('owned', 1),
  pushRefused: wanting,
  tryGranted: granted('owned', 1),
  tryRefused: refused,
};

/** The life of one thread's stack of tokens. */
export const tokenSetMachine = setup({
  types: { events: {} as { type: TokenSetEvent } },
  actions: { grant: outcome, request: outcome, refuse: outcome },
}).createMachine({
  id: 'td_toks',
  initial: 'none',
  states: {
    none: { on: { ...acquiring, switchOut: granted('none', 0), switchInAll: granted('none', 0) } },
    owned: {
      on: {
        ...acquiring,
        release: granted('owned', -1),
        releaseLast: granted('none', -1),
        swap: granted('owned', 0),
        switchOut: granted('dropped', 0),
      },
    },
    wanting: { on: { switchOut: granted('dropped', 0) } },
    dropped: { on: { switchInAll: granted('owned', 0), switchInRefused: refused } },
  },
});
