/**
 * Owns the streams of events of a machine on the main thread: takes batches out of the rings of all CPUs,
 * gives the numbers in them their names, and hands typed events to RxJS. Observational: nothing in the
 * kernel depends on it, and a subscriber that throws is reported and harms nobody. Who pumps, and when, is
 * the caller's business; there is no timer here.
 *
 *     rings of cpu0, cpu1 ... --pump()--> batch, by tick --> events$ --> threadCreated$, switch$, ipi$ ...
 *
 * The events of one CPU come in their order; those of different CPUs by tick, and within a tick by CPU
 * number: the rings know no finer order. A name is read from kernel memory when the event is taken out of
 * its ring.
 */
import type { Kernel } from '@smplab/lwkt';
import type { Observable, Subject } from 'rxjs';
import { EventNames } from './event-names.ts';
import { EventRing, type EventVisitor } from './event-ring.ts';
import { guardedStream } from './guarded-stream.ts';
import {
  machineEvent,
  type ThreadCreated,
  type ThreadExited,
  type Switched,
  type TokenContention,
  type IpiEvent,
  type Slept,
  type Woken,
  type Panicked,
  type ProcessForked,
  type ProcessExeced,
  type ProcessExited,
  type Dropped,
  type MachineEvent,
} from './machine-event.ts';
import { rxjs } from './rxjs.ts';

/** A subscriber, or an operator before it, threw. */
export interface SubscriberFailure {
  readonly error: unknown;
  /** The event it was given; null when it failed outside one. */
  readonly event: MachineEvent | null;
}

export interface EventBusOptions {
  /**
   * Called for each failure of a subscriber; without it, and without subscribers of errors$, a warning is
   * printed.
   */
  readonly onSubscriberError?: (failure: SubscriberFailure) => void;
}

/** The events that may be of one of the kinds. */
type OfKind<K extends MachineEvent['kind']> = MachineEvent extends infer E
  ? E extends MachineEvent
    ? K extends E['kind']
      ? E
      : never
    : never
  : never;

export class EventBus {
  /** Everything, dropped counts included. Completes when the bus is closed. */
  readonly events$: Observable<MachineEvent>;
  readonly threadCreated$: Observable<ThreadCreated>;
  readonly threadExited$: Observable<ThreadExited>;
  readonly switch$: Observable<Switched>;
  readonly tokenContention$: Observable<TokenContention>;
  readonly ipi$: Observable<IpiEvent>;
  readonly sleep$: Observable<Slept>;
  readonly wakeup$: Observable<Woken>;
  readonly panic$: Observable<Panicked>;
  readonly fork$: Observable<ProcessForked>;
  readonly exec$: Observable<ProcessExeced>;
  readonly exit$: Observable<ProcessExited>;
  readonly dropped$: Observable<Dropped>;
  /** Failures of subscribers. */
  readonly errors$: Observable<SubscriberFailure>;
  readonly #subject: Subject<MachineEvent> = new (rxjs().Subject)();
  readonly #failures: Subject<SubscriberFailure> = new (rxjs().Subject)();
  readonly #names: EventNames;
  readonly #rings: readonly EventRing[];
  readonly #options: EventBusOptions;
  #current: MachineEvent | null = null;
  #isPumping = false;
  #isClosing = false;
  #isClosed = false;

  /** Opens the rings of a kernel: its CPUs report from here on. Only one bus may read a kernel at a time. */
  constructor(kernel: Pick<Kernel, 'memory' | 'registry' | 'ncpus'>, options: EventBusOptions = {}) {
    this.#options = options;
    this.#names = new EventNames(kernel.memory, (number) => kernel.registry.nameOf(number));
    const rings = Array.from({ length: kernel.ncpus }, (_, cpuid) => EventRing.of(kernel.memory, cpuid));
    this.#rings = rings.filter((ring) => ring !== null);
    this.errors$ = this.#failures.asObservable();
    this.events$ = guardedStream(this.#subject, (error) => this.#report(error));
    this.threadCreated$ = this.#only('thread-created');
    this.threadExited$ = this.#only('thread-exited');
    this.switch$ = this.#only('switch');
    this.tokenContention$ = this.#only('token-contention');
    this.ipi$ = this.#only<IpiEvent['kind']>('ipi-sent', 'ipi-received');
    this.sleep$ = this.#only('sleep');
    this.wakeup$ = this.#only('wakeup');
    this.panic$ = this.#only('panic');
    this.fork$ = this.#only('fork');
    this.exec$ = this.#only('exec');
    this.exit$ = this.#only('exit');
    this.dropped$ = this.#only('dropped');
    for (const ring of this.#rings) ring.open();
  }

  /**
   * Takes what the rings hold and hands it out; gives the number of events. A call from a subscriber does
   * nothing.
   */
  pump(): number {
    if (this.#isPumping || this.#isClosed) return 0;
    this.#isPumping = true;
    try {
      let count = this.#handOut(this.#collect());
      if (this.#isClosing) count += this.#handOut(this.#collect());
      return count;
    } finally {
      this.#isPumping = false;
      this.#current = null;
      if (this.#isClosing) this.#finish();
    }
  }

  /**
   * Hands out what is left, completes the streams, and lets the CPUs report no further. A subscriber may
   * call.
   */
  close(): void {
    if (this.#isClosed) return;
    // Closed first: a CPU that waits for room goes on, and what it emits from now on is not for this bus.
    for (const ring of this.#rings) ring.close();
    this.#isClosing = true;
    this.pump();
  }

  #finish(): void {
    this.#isClosed = true;
    this.#subject.complete();
    this.#failures.complete();
  }

  #only<K extends MachineEvent['kind']>(...kinds: K[]): Observable<OfKind<K>> {
    return this.events$.pipe(
      rxjs().filter((event): event is OfKind<K> => (kinds as readonly string[]).includes(event.kind)),
    );
  }

  #collect(): MachineEvent[] {
    const batch: MachineEvent[] = [];
    for (const ring of this.#rings) {
      const { cpuid } = ring;
      const visit: EventVisitor = (kind, tick, a, b, c, sequence) => {
        const event = machineEvent(this.#names, { cpu: cpuid, tick, sequence }, kind, a, b, c);
        if (event === null)
          this.#report(new RangeError(`cpu${cpuid} emitted an event of the unknown kind ${kind}`));
        else batch.push(event);
      };
      ring.drain(visit);
    }
    // Stable: the order of each CPU stays, its ticks never go back.
    return batch.sort((one, other) => (one.tick - other.tick) | 0);
  }

  #handOut(batch: readonly MachineEvent[]): number {
    for (const event of batch) {
      this.#current = event;
      this.#subject.next(event);
    }
    return batch.length;
  }

  #report(error: unknown): void {
    const failure: SubscriberFailure = { error, event: this.#current };
    const { onSubscriberError } = this.#options;
    onSubscriberError?.(failure);
    if (this.#failures.observed) this.#failures.next(failure);
    else if (onSubscriberError === undefined) {
      const what = failure.event === null ? '' : ` of a ${failure.event.kind} event`;
      const said = error instanceof Error ? (error.stack ?? error.message) : String(error);
      process.emitWarning(`a subscriber${what} threw: ${said}`, 'EventBusWarning');
    }
  }
}
