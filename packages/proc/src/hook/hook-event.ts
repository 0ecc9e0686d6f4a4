/**
 * Owns what is published when a process forks, execs or exits: words, not live objects, and the way for a
 * subscriber to hand over kernel code. An event belongs to one publication to one hook and is closed when
 * that is over.
 */
import { KernelPanic } from '@smplab/kmem';
import type { Context, Steps } from '@smplab/lwkt';

/** Kernel code that a subscriber hands over: the publishing thread runs it, and it may sleep. */
export type HookCode<W> = (k: Context, event: W, cookie: number) => Steps<unknown>;

/** What the subscriber of a hook gets. */
export type Published<W> = W & {
  /**
   * Kernel code that the thread which publishes runs before it goes on to the next hook. Only while the
   * event is being delivered: what an asynchronous operator passes on later is refused with a KernelPanic.
   */
  runBefore(code: HookCode<W>): void;
};

/** A process has forked: start_forked_proc has not let the child run yet. */
export interface ForkWords {
  /** Kernel addresses of the processes. */
  readonly parent: number;
  readonly child: number;
  readonly parentPid: number;
  readonly childPid: number;
}

/** A process has a new image and its credentials; its registers are not set yet. */
export interface ExecWords {
  /** Kernel address of the process. */
  readonly p: number;
  readonly pid: number;
  /** P_SUGID: the image was given credentials that its caller did not have. */
  readonly isSetId: boolean;
  /** p_flags. */
  readonly flags: number;
  /** Number of the image: `imageNumber(path)`. */
  readonly image: number;
}

/** A process is on its way out (P_POSTEXIT); its descriptors are closed, it has its address space still. */
export interface ExitWords {
  /** Kernel address of the process. */
  readonly p: number;
  readonly pid: number;
  /** As wait4 gives it. */
  readonly status: number;
}

/** A zombie is reaped: nobody finds or holds it any more, and its number is not free yet. */
export interface ReapWords {
  /** Kernel address of the process. */
  readonly p: number;
  readonly pid: number;
}

export type ForkEvent = Published<ForkWords>;
export type ExecEvent = Published<ExecWords>;
export type ExitEvent = Published<ExitWords>;
export type ReapEvent = Published<ReapWords>;

/** Collects what the subscriber of one hook hands over during one publication. */
export class Publication<W> {
  readonly code: HookCode<W>[] = [];
  #isOpen = true;

  constructor(
    /** Who is subscribed, for messages. */
    readonly who: string,
    readonly words: W,
  ) {}

  /** The event as the subscriber gets it. */
  event(): Published<W> {
    return Object.freeze({ ...this.words, runBefore: (code: HookCode<W>) => this.#add(code) });
  }

  /** The event has been delivered. */
  close(): void {
    this.#isOpen = false;
  }

  #add(code: HookCode<W>): void {
    if (!this.#isOpen) {
      throw new KernelPanic(
        `${this.who} called runBefore after the event had been delivered: ` +
          'what runs before the publishing thread goes on cannot come through an asynchronous operator',
      );
    }
    if (typeof code !== 'function')
      throw new TypeError(`runBefore needs a generator function, not ${String(code)}`);
    this.code.push(code);
  }
}
