/**
 * Owns what one realm knows of hooks: the subscribers it was given by name, and the streams it has made of
 * the hooks it published to. Which hooks there are is kernel state (hook-list.ts). A stream is made when this
 * realm first publishes to the hook, belongs to its generation, and is dropped when that is gone.
 */
import { functionNumber } from '@smplab/lwkt';
import type { ExecWords, ExitWords, ForkWords, ReapWords, Publication } from './hook-event.ts';
import { HOOK_EXEC, HOOK_EXIT, HOOK_FORK, HOOK_KINDS, HOOK_REAP } from './hook-layout.ts';
import { HookPipeline, type Subscriber } from './hook-pipeline.ts';

type Named<W> = Readonly<Record<string, Subscriber<W>>>;

/**
 * Who can subscribe, by stream and name; every realm is given the same.
 * @example
 *     { exec$: { revoke: (exec$) => exec$.pipe(filter(isSetId)).subscribe((e) => e.runBefore(revoke)) } }
 */
export interface Subscribers {
  readonly fork$?: Named<ForkWords>;
  readonly exec$?: Named<ExecWords>;
  readonly exit$?: Named<ExitWords>;
  readonly reap$?: Named<ReapWords>;
}

/** A subscriber as its realm knows it. */
interface Known {
  readonly kind: number;
  readonly who: string;
  readonly subscriber: Subscriber<never>;
}

/** The number of a subscriber's name, the same in every realm. */
export function subscriberNumber(kind: number, name: string): number {
  return functionNumber(`${HOOK_KINDS[kind]}$ ${name}`);
}

export class HookTable {
  readonly #known = new Map<number, Known>();
  /** By kind, then generation. */
  readonly #pipelines = HOOK_KINDS.map(() => new Map<number, HookPipeline<never>>());
  /** Threads of this realm that walk a list now, and how deep. */
  readonly #publishers = new Map<number, number>();

  constructor(subscribers: Subscribers = {}) {
    this.add(subscribers);
  }

  /** Adds subscribers; before the machine runs, and the same in every realm. */
  add({ fork$ = {}, exec$ = {}, exit$ = {}, reap$ = {} }: Subscribers): void {
    this.#add(HOOK_FORK, fork$);
    this.#add(HOOK_EXEC, exec$);
    this.#add(HOOK_EXIT, exit$);
    this.#add(HOOK_REAP, reap$);
  }

  #add(kind: number, named: Readonly<Record<string, unknown>>): void {
    for (const [name, subscriber] of Object.entries(named)) {
      const who = `${HOOK_KINDS[kind]}$ subscriber "${name}"`;
      if (typeof subscriber !== 'function') {
        throw new TypeError(`${who} is no function: (events$, cookie) => events$.subscribe(...) is needed`);
      }
      const number = subscriberNumber(kind, name);
      const other = this.#known.get(number);
      if (other !== undefined && other.subscriber !== subscriber)
        throw new TypeError(`${who} has the number of the ${other.who}: names must differ`);
      this.#known.set(number, { kind, who, subscriber: subscriber as Subscriber<never> });
    }
  }

  /** Names of the subscribers to a kind. */
  namesOf(kind: number): string[] {
    return [...this.#known.values()].filter((each) => each.kind === kind).map(({ who }) => who.split('"')[1]);
  }

  /** Who a number stands for; undefined if it is no subscriber. */
  whoIs(number: number): string | undefined {
    return this.#known.get(number)?.who;
  }

  /** Delivers a publication to the stream of a hook. Throws SubscriberError. */
  publish<W>(number: number, generation: number, cookie: number, publication: Publication<W>): void {
    const known = this.#known.get(number);
    if (known === undefined) return;
    const pipelines = this.#pipelines[known.kind];
    let pipeline = pipelines.get(generation);
    if (pipeline === undefined) {
      pipeline = new HookPipeline(known.who, known.subscriber, cookie);
      pipelines.set(generation, pipeline);
    }
    pipeline.publish(publication as never);
  }

  /** Drops the streams of hooks that are not among these generations any more. */
  keepOnly(kind: number, generations: readonly number[]): void {
    const pipelines = this.#pipelines[kind];
    for (const [generation, pipeline] of pipelines) {
      if (generations.includes(generation)) continue;
      pipelines.delete(generation);
      pipeline.drop();
    }
  }

  /** Streams this realm has now. */
  get size(): number {
    return this.#pipelines.reduce((sum, each) => sum + each.size, 0);
  }

  /** Whether a thread walks a list now, that is, runs in a hook. */
  isPublishing(td: number): boolean {
    return this.#publishers.has(td);
  }

  /** A thread begins to walk a list. */
  enter(td: number): void {
    this.#publishers.set(td, (this.#publishers.get(td) ?? 0) + 1);
  }

  /** It has walked it. */
  leave(td: number): void {
    const depth = (this.#publishers.get(td) ?? 1) - 1;
    if (depth === 0) this.#publishers.delete(td);
    else this.#publishers.set(td, depth);
  }

  /** A run begins from the booted image: nothing of the last one is left. */
  reset(): void {
    this.#publishers.clear();
    for (const pipelines of this.#pipelines) {
      const dropped = [...pipelines.values()];
      pipelines.clear();
      for (const pipeline of dropped) pipeline.drop();
    }
  }
}
