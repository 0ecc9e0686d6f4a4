/**
 * Live xstate actors that follow token words, for inspectors and for checking: each reported change must be
 * an edge of the machine and lead to the state the word is in. Owns one actor per token it was told of;
 * belongs to one run on one thread, and sees only what is reported to it, in the order of the changes.
 * Microseconds per event: not for the hot path.
 */
import { KernelPanic } from '@smplab/kmem';
import { createActor } from 'xstate';
import type { Actor, AnyStateMachine, InspectionEvent } from 'xstate';
import { tokenMachine } from './machine.ts';
import { eventNameOf, stateNameOf } from './table.ts';

/** What a mirror does besides checking. */
export interface TokenMirrorOptions {
  /** Gets the inspection events of all actors, as xstate inspectors do. */
  readonly inspect?: (event: InspectionEvent) => void;
  /** The machine to follow; default the token machine. */
  readonly machine?: AnyStateMachine;
}

interface Mirrored {
  readonly name: string;
  readonly actor: Actor<AnyStateMachine>;
}

/** Actors by token. */
export class TokenMirror {
  private readonly mirrored = new Map<number, Mirrored>();
  private readonly options: TokenMirrorOptions;

  constructor(options: TokenMirrorOptions = {}) {
    this.options = options;
  }

  /** Begins to follow a token whose word is `count` now. Not needed for one that is free when first seen. */
  watch(token: number, name: string, count: number): void {
    this.mirrored.get(token)?.actor.stop();
    const machine = this.options.machine ?? tokenMachine;
    const { inspect } = this.options;
    const actor = createActor(machine, {
      id: name,
      snapshot: machine.resolveState({ value: stateNameOf(count), context: {} }),
      ...(inspect === undefined ? {} : { inspect }),
    });
    this.mirrored.set(token, { name, actor });
    actor.start();
  }

  /**
   * Sends an event to the actor of a token.
   * @param event the number of the event, such as EV_TRY_SHARED
   * @param count the word after it
   * @throws KernelPanic when the machine forbids the event, or leads to another state than that of the word
   */
  observe(token: number, name: string, event: number, count: number): void {
    if (!this.mirrored.has(token)) this.watch(token, name, 0);
    const { actor } = this.mirrored.get(token)!;
    const before = String(actor.getSnapshot().value);
    const type = eventNameOf(event);
    const what = `token ${name} (word ${token}): ${type ?? `event ${event}`} in state ${before}`;
    if (type === undefined || !actor.getSnapshot().can({ type })) {
      throw new KernelPanic(`${what} is no transition of the machine; the word is ${count}`);
    }
    actor.send({ type });
    const after = String(actor.getSnapshot().value);
    if (after !== stateNameOf(count)) {
      throw new KernelPanic(
        `${what} leads to ${after}, but the word is ${count}, which is ${stateNameOf(count)}`,
      );
    }
  }

  /** The state of the actor of a token; undefined when none was observed. */
  stateOf(token: number): string | undefined {
    const mirrored = this.mirrored.get(token);
    return mirrored && String(mirrored.actor.getSnapshot().value);
  }

  /** Forgets all tokens, as when the machine they belong to is reset. */
  reset(): void {
    for (const { actor } of this.mirrored.values()) actor.stop();
    this.mirrored.clear();
  }
}
