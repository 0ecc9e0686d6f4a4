/**
 * Owns what hackbench does (Craiger, Russell; today of perf bench and rt-tests): groups in which each sender
 * writes to each receiver, so often, messages of 100 bytes, through pipes or sockets. The time for all of it
 * is the result.
 */
import { Pipe } from '../sync/pipe.ts';
import { Barrier, Semaphore } from '../sync/semaphore.ts';
import type { Program } from '../task/task.ts';
import { lawOf } from './option-shape.ts';
import { type Variate, variate, type VariateSpec } from './variate.ts';
import type { Figure, Workload, WorkloadHost } from './workload.ts';

export interface HackbenchOptions {
  /** Default 10, as there. */
  readonly groups?: number;
  /** Senders of a group, and as many receivers; default 20. */
  readonly fds?: number;
  /** Times that a sender writes to each receiver; default 100. */
  readonly loops?: number;
  /** Pipes of 64 KiB, and not sockets, whose buffer has room for fewer messages; default false. */
  readonly pipes?: boolean;
  /** Work of a write and of a read, ns of a CPU of speed 1; default 1 us each. */
  readonly write?: VariateSpec;
  readonly read?: VariateSpec;
  /** Work of a fork, ns; default 50 us. */
  readonly forkNs?: number;
}

const MESSAGE = 100;
const PIPE_BYTES = 65_536;
/** Linux has 212,992 bytes for the messages of a socket, and counts 768 for a small one. */
const SOCKET_MESSAGES = 277;

interface Result {
  beganAt: number;
  endedAt: number;
  received: number;
}

/** The first to go on, who may be any of them, has the clock begin. */
function begin(result: Result, now: number): void {
  if (result.beganAt === -1) result.beganAt = now;
}

class Hackbench {
  readonly result: Result = { beganAt: -1, endedAt: 0, received: 0 };
  readonly #host: WorkloadHost;
  readonly #options: Required<Omit<HackbenchOptions, 'write' | 'read'>>;
  readonly #laws: { readonly write: Variate; readonly read: Variate };
  readonly #go: Barrier;
  readonly #done = new Semaphore('exited');

  constructor(
    host: WorkloadHost,
    options: Required<Omit<HackbenchOptions, 'write' | 'read'>>,
    laws: { readonly write: Variate; readonly read: Variate },
  ) {
    this.#host = host;
    this.#options = options;
    this.#laws = laws;
    this.#go = new Barrier('go', 2 * options.fds * options.groups + 1);
  }

  /** Forks all, lets them begin, and waits for them. */
  parent(): Program {
    const { groups, fds, forkNs, pipes } = this.#options;
    const { result } = this;
    const host = this.#host;
    const go = this.#go;
    const done = this.#done;
    const sender = (group: number, at: number, out: readonly Pipe[]): Program => this.#sender(group, at, out);
    const receiver = (group: number, at: number, pipe: Pipe): Program => this.#receiver(group, at, pipe);
    return function* (t) {
      for (let group = 0; group < groups; group++) {
        const capacity = pipes ? PIPE_BYTES : SOCKET_MESSAGES * MESSAGE;
        const out = Array.from({ length: fds }, (_, at) => new Pipe(`pipe-${group}-${at}`, capacity));
        for (const [at, pipe] of out.entries()) {
          yield t.compute(forkNs);
          host.spawn({ name: `receiver-${group}-${at}`, program: receiver(group, at, pipe) });
        }
        for (let at = 0; at < fds; at++) {
          yield t.compute(forkNs);
          host.spawn({ name: `sender-${group}-${at}`, program: sender(group, at, out) });
        }
      }
      yield go.wait();
      begin(result, t.now);
      for (let left = 2 * fds * groups; left > 0; left--) yield done.wait();
      result.endedAt = t.now;
    };
  }

  #sender(group: number, at: number, out: readonly Pipe[]): Program {
    const { loops } = this.#options;
    const [go, done, { write }, result] = [this.#go, this.#done, this.#laws, this.result];
    const random = this.#host.random(`sender-${group}-${at}`);
    return function* (t) {
      yield go.wait();
      begin(result, t.now);
      for (let loop = 0; loop < loops; loop++) {
        for (const pipe of out) {
          yield t.compute(Math.round(write.draw(random)));
          yield pipe.write(MESSAGE);
        }
      }
      yield done.post();
    };
  }

  #receiver(group: number, at: number, pipe: Pipe): Program {
    const { loops, fds } = this.#options;
    const [go, done, { read }, result] = [this.#go, this.#done, this.#laws, this.result];
    const random = this.#host.random(`receiver-${group}-${at}`);
    return function* (t) {
      yield go.wait();
      begin(result, t.now);
      for (let left = loops * fds; left > 0; left--) {
        for (let bytes = MESSAGE; bytes > 0;) bytes -= yield pipe.read(bytes);
        yield t.compute(Math.round(read.draw(random)));
        result.received++;
      }
      yield done.post();
    };
  }
}

const CALL = variate.constant(1000);

/** hackbench. */
export function hackbench({
  groups = 10,
  fds = 20,
  loops = 100,
  pipes = false,
  write,
  read,
  forkNs = 50_000,
}: HackbenchOptions = {}): Workload {
  const laws = { write: lawOf(write, CALL), read: lawOf(read, CALL) };
  let result: Result | null = null;
  return {
    name: `hackbench, ${groups} groups of ${2 * fds}`,
    start(host) {
      const bench = new Hackbench(host, { groups, fds, loops, pipes, forkNs }, laws);
      ({ result } = bench);
      host.spawn({ name: 'hackbench', program: bench.parent() });
    },
    figures(): readonly Figure[] {
      if (result === null) return [];
      const isDone = result.endedAt > 0;
      return [
        { name: 'messages', value: result.received, unit: '1' },
        { name: 'completed', value: isDone ? 1 : 0, unit: '1' },
        ...(isDone ? [{ name: 'time', value: result.endedAt - result.beganAt, unit: 'ns' }] : []),
      ];
    },
  };
}
