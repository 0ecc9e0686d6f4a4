import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  NO_EDGE,
  T_COUNT,
  acquireAll,
  deltaOf,
  nextOf,
  releaseAll,
  setEntryOf,
  swap,
  tokenSetEvents,
  tokenSetMachine,
  tokenSetStates,
} from '@smplab/token';
import type { TokenSetEvent } from '@smplab/token';
import { getSimplePaths } from 'xstate/graph';
import { EXCLUSIVE, Stack, TRY_EXCLUSIVE, makeTokens, setUp } from './fixtures/stacks.ts';

/** A thread with a stack, and another thread that stands in its way where an event asks for it. */
class StackWorld {
  private readonly world = setUp(2);
  private readonly thread: Stack = this.world.threads[0];
  private readonly obstacle: Stack = this.world.threads[1];
  private readonly free = makeTokens(this.world.memory, 12);
  private owned = 0;

  get size(): number {
    return this.thread.size;
  }

  perform(event: TokenSetEvent): void {
    const { words, base, stop } = this.thread;
    if (event === 'pushGranted') assert.ok(this.thread.want(this.free.pop()!, EXCLUSIVE));
    else if (event === 'tryGranted') assert.ok(this.thread.try(this.free.pop()!, TRY_EXCLUSIVE));
    else if (event === 'pushRefused')
      assert.ok(!this.refused(() => this.thread.want(this.taken(), EXCLUSIVE)));
    else if (event === 'tryRefused') {
      assert.ok(!this.refused(() => this.thread.try(this.taken(), TRY_EXCLUSIVE)));
      this.obstacle.pop();
    } else if (event === 'switchOut') releaseAll(words, base, base + this.owned);
    else if (event === 'switchInAll') {
      while (this.obstacle.size > 0) this.obstacle.pop();
      assert.ok(acquireAll(words, base, stop));
    } else if (event === 'switchInRefused') {
      if (this.obstacle.size === 0) this.obstacle.want(this.thread.tokenAt(this.size - 1), EXCLUSIVE);
      assert.ok(!acquireAll(words, base, stop));
    } else if (event === 'swap') {
      if (this.size > 1) swap(words, base, stop);
      else assert.throws(() => swap(words, base, stop), /needs two/);
    } else this.thread.pop();
    if (event !== 'pushRefused') this.owned = this.thread.stop - base;
  }

  /** How many tokens of the stack are held by somebody who is not in the way. */
  heldByThread(): number {
    const { words } = this.thread;
    const tokens = Array.from({ length: this.size }, (_, index) => this.thread.tokenAt(index));
    return tokens.filter((tok) => (words[tok + T_COUNT] & 1) !== 0 && !this.isObstructed(tok)).length;
  }

  private isObstructed(tok: number): boolean {
    return Array.from({ length: this.obstacle.size }, (_, at) => this.obstacle.tokenAt(at)).includes(tok);
  }

  private taken(): number {
    const tok = this.free.pop()!;
    this.obstacle.want(tok, EXCLUSIVE);
    return tok;
  }

  private refused(acquire: () => boolean): boolean {
    return acquire();
  }
}

/** The machine does not count: where one token more or fewer decides the event, the other event happens. */
function possible(event: TokenSetEvent, size: number): boolean {
  if (event === 'release') return size > 1;
  return event !== 'releaseLast' || size === 1;
}

describe('the machine of the tokens of a thread', () => {
  it('is what stacks do, on each simple path and each edge after it', () => {
    const paths = getSimplePaths(tokenSetMachine).map(({ steps }) =>
      steps.slice(1).map(({ event }) => event.type),
    );
    const taken = new Set<string>();
    for (const path of paths) {
      for (const last of Object.keys(tokenSetEvents) as TokenSetEvent[]) {
        const world = new StackWorld();
        let state: number = tokenSetStates.none;
        for (const event of [...path, last]) {
          const entry = setEntryOf(state, tokenSetEvents[event]);
          if (entry === NO_EDGE || !possible(event, world.size)) break;
          const { size } = world;
          world.perform(event);
          taken.add(`${state} ${event}`);
          state = nextOf(entry);
          assert.equal(world.size - size, deltaOf(entry), path.join(' '));
          const missing = state === tokenSetStates.wanting ? 1 : 0;
          const owned = state === tokenSetStates.dropped ? 0 : world.size - missing;
          assert.equal(world.heldByThread(), owned, `${path.join(' ')} ${last}`);
        }
      }
    }
    const more = new StackWorld();
    for (const event of ['pushGranted', 'pushGranted', 'release', 'releaseLast'] as const)
      more.perform(event);
    assert.equal(more.size, 0);
    const edges = Object.values(tokenSetMachine.config.states ?? {}).flatMap(({ on }) =>
      Object.keys(on ?? {}),
    );
    assert.equal(taken.size, edges.length - 1, 'all but release, which needs two tokens');
  });
});
