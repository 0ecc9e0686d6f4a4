/**
 * Owns telling a TokenMirror of every change of a token in an explored machine, so that live xstate actors
 * follow the tokens and any xstate inspector can watch them. Sees the machine step by step as its observer.
 */
import type { Operation, OperationKind } from '@smplab/explore';
import type { ExploredMachine } from '@smplab/lwkt';
import {
  EV_RELEASE_COUNTED,
  EV_RELEASE_EXCLUSIVE,
  EV_RELEASE_LAST_COUNTED,
  stateNameOf,
  T_COUNT,
  TOK_INCR,
  type TokenMirror,
} from '@smplab/token';

const CHANGE = 'token.change';
const RELEASE = 'token.release';

export class TokenWatch {
  constructor(
    readonly machine: ExploredMachine,
    readonly mirror: TokenMirror,
  ) {}

  onStep(operation: Operation, kind: OperationKind, location: number, value: number): void {
    if (kind.name === CHANGE) {
      if (value !== 0) this.#changed(location, operation.a, operation.output as number, operation.b);
    } else if (kind.name === RELEASE) {
      this.#changed(location, value, releaseEvent(value, operation.a), value + operation.a);
    }
  }

  #changed(location: number, before: number, event: number, after: number): void {
    const token = location - T_COUNT;
    const name = this.machine.names.token(location);
    // Its memory was that of another token before.
    if (this.mirror.stateOf(token) !== stateNameOf(before)) this.mirror.watch(token, name, before);
    this.mirror.observe(token, name, event, after);
  }
}

function releaseEvent(before: number, delta: number): number {
  if (delta !== -TOK_INCR) return EV_RELEASE_EXCLUSIVE;
  return before >= 2 * TOK_INCR ? EV_RELEASE_COUNTED : EV_RELEASE_LAST_COUNTED;
}
