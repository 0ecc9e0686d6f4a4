/**
 * The token as an xstate machine: the one place where the transitions of the token word are stated. The
 * table of the hot path, the diagram and the mirror come from it. Holds no state of any token; pure data.
 *
 * A state is what the word tells but for the exact number of counted references: EXCLUSIVE, EXCLREQ, and
 * whether there are any. An event is one operation together with all that decides its outcome and is not in
 * the word, so that no guard is needed:
 *
 *   try...          does not wait: the word stays as it is when the token cannot be had
 *   want...         may wait: an exclusive request that fails leaves EXCLREQ behind
 *   ...Mine         the exclusive holder is the thread that asks; otherwise it is another one, or nobody
 *   wantSharedFair  as wantShared, but stands back behind EXCLREQ. Since October 2017 a thread asks so for
 *                   its only token; with others at stake that could deadlock, and it asks by wantShared
 *   releaseCounted  leaves at least one counted reference; the last one goes by releaseLastCounted
 *
 * Dropping the tokens at a switch and taking them again are these same events, one for each reference; all
 * or nothing is a rule on the set (set-machine.ts). Each transition performs exactly one action, which is
 * its outcome: `grant`, `request` (refused, but the word says so) or `refuse`; `delta` is what is added to
 * t_count.
 */
import { setup } from 'xstate';
import { TOK_EXCLREQ, TOK_EXCLUSIVE, TOK_INCR } from './layout.ts';

/** The states, each with the least word that is in it. */
export const tokenStates = {
  free: 0,
  exclusive: TOK_EXCLUSIVE,
  freeRequested: TOK_EXCLREQ,
  exclusiveRequested: TOK_EXCLUSIVE | TOK_EXCLREQ,
  shared: TOK_INCR,
  recursive: TOK_EXCLUSIVE | TOK_INCR,
  sharedRequested: TOK_EXCLREQ | TOK_INCR,
  recursiveRequested: TOK_EXCLUSIVE | TOK_EXCLREQ | TOK_INCR,
} as const;

/** The name of a state. */
export type TokenState = keyof typeof tokenStates;

/** The name of an event. */
export type TokenEvent =
  | 'tryExclusive'
  | 'tryExclusiveMine'
  | 'wantExclusive'
  | 'wantExclusiveMine'
  | 'tryShared'
  | 'trySharedMine'
  | 'wantShared'
  | 'wantSharedMine'
  | 'wantSharedFair'
  | 'releaseExclusive'
  | 'releaseCounted'
  | 'releaseLastCounted';

const granted = <S extends TokenState>(target: S, delta: number) =>
  ({ target, actions: { type: 'grant', params: { delta } } }) as const;
const requested = <S extends TokenState>(target: S) =>
  ({ target, actions: { type: 'request', params: { delta: TOK_EXCLREQ } } }) as const;
const refused = { actions: { type: 'refuse', params: { delta: 0 } } } as const;

/** Whoever holds the token exclusively may take it again, in any mode, and never waits. */
const again = <S extends TokenState>(target: S) => {
  const taken = granted(target, TOK_INCR);
  return { tryExclusiveMine: taken, wantExclusiveMine: taken, trySharedMine: taken, wantSharedMine: taken };
};

/** Without an exclusive holder, readers get the token; only a fair one minds EXCLREQ. */
const readers = <S extends TokenState>(target: S) => {
  const taken = granted(target, TOK_INCR);
  return { tryShared: taken, wantShared: taken };
};

const noReaders = { tryShared: refused, wantShared: refused, wantSharedFair: refused };

/** Nothing happens but the outcome itself; an inspector sees it as an action. */
const outcome = (_: unknown, _params: { readonly delta: number }): void => undefined;

/** The life of one token word. */
export const tokenMachine = setup({
  types: { events: {} as { type: TokenEvent } },
  actions: { grant: outcome, request: outcome, refuse: outcome },
}).createMachine({
  id: 'lwkt_token',
  initial: 'free',
  states: {
    free: {
      on: {
        tryExclusive: granted('exclusive', TOK_EXCLUSIVE),
        wantExclusive: granted('exclusive', TOK_EXCLUSIVE),
        ...readers('shared'),
        wantSharedFair: granted('shared', TOK_INCR),
      },
    },
    freeRequested: {
      on: {
        tryExclusive: granted('exclusive', TOK_EXCLUSIVE - TOK_EXCLREQ),
        wantExclusive: granted('exclusive', TOK_EXCLUSIVE - TOK_EXCLREQ),
        ...readers('sharedRequested'),
        wantSharedFair: refused,
      },
    },
    shared: {
      on: {
        tryExclusive: refused,
        wantExclusive: requested('sharedRequested'),
        ...readers('shared'),
        wantSharedFair: granted('shared', TOK_INCR),
        releaseCounted: granted('shared', -TOK_INCR),
        releaseLastCounted: granted('free', -TOK_INCR),
      },
    },
    sharedRequested: {
      on: {
        tryExclusive: refused,
        wantExclusive: refused,
        ...readers('sharedRequested'),
        wantSharedFair: refused,
        releaseCounted: granted('sharedRequested', -TOK_INCR),
        releaseLastCounted: granted('freeRequested', -TOK_INCR),
      },
    },
    exclusive: {
      on: {
        tryExclusive: refused,
        wantExclusive: requested('exclusiveRequested'),
        ...noReaders,
        ...again('recursive'),
        releaseExclusive: granted('free', -TOK_EXCLUSIVE),
      },
    },
    exclusiveRequested: {
      on: {
        tryExclusive: refused,
        wantExclusive: refused,
        ...noReaders,
        ...again('recursiveRequested'),
        releaseExclusive: granted('freeRequested', -TOK_EXCLUSIVE),
      },
    },
    recursive: {
      on: {
        tryExclusive: refused,
        wantExclusive: requested('recursiveRequested'),
        ...noReaders,
        ...again('recursive'),
        releaseExclusive: granted('shared', -TOK_EXCLUSIVE),
        releaseCounted: granted('recursive', -TOK_INCR),
        releaseLastCounted: granted('exclusive', -TOK_INCR),
      },
    },
    recursiveRequested: {
      on: {
        tryExclusive: refused,
        wantExclusive: refused,
        ...noReaders,
        ...again('recursiveRequested'),
        releaseExclusive: granted('sharedRequested', -TOK_EXCLUSIVE),
        releaseCounted: granted('recursiveRequested', -TOK_INCR),
        releaseLastCounted: granted('exclusiveRequested', -TOK_INCR),
      },
    },
  },
});
