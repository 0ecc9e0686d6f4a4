/**
 * Owns what a shell knows of its jobs: numbers, states, and how they are shown. One object for each shell, in
 * its own JavaScript: a forked shell starts with none.
 */
import { SIGINT, signalName } from '../signal/signals.ts';

type JobState = 'Running' | 'Stopped' | 'Done';

export interface ShellJob {
  readonly number: number;
  /** The process of the job, which leads its group. */
  readonly pid: number;
  readonly text: string;
  state: JobState;
  /** What `wait` gave last. */
  status: number;
}

/** The exit status a shell makes of a wait status. */
export function exitCodeOf(status: number): number {
  const signal = status & 0x7f;
  if (signal === 0) return (status >> 8) & 0xff;
  return 128 + (isStopStatus(status) ? (status >> 8) & 0xff : signal);
}

/** WIFSTOPPED. */
export function isStopStatus(status: number): boolean {
  return (status & 0xff) === 0x7f;
}

/** What to say of a process that a signal has ended; empty if nothing. */
export function deathOf(status: number): string {
  const signal = status & 0x7f;
  if (signal === 0 || signal === 0x7f) return '';
  // The ^C stands there already.
  return signal === SIGINT ? '' : signalName(signal);
}

export class JobList {
  readonly #jobs: ShellJob[] = [];

  add(pid: number, text: string): ShellJob {
    const job: ShellJob = { number: this.#free(), pid, text, state: 'Running', status: 0 };
    this.#jobs.push(job);
    return job;
  }

  remove(job: ShellJob): void {
    this.#jobs.splice(this.#jobs.indexOf(job), 1);
  }

  /** In the order of their numbers. */
  get all(): readonly ShellJob[] {
    return [...this.#jobs].sort((a, b) => a.number - b.number);
  }

  byPid(pid: number): ShellJob | undefined {
    return this.#jobs.find((job) => job.pid === pid);
  }

  /** %n, %+, %text, or the last one stopped or started. */
  find(name = '%+'): ShellJob | undefined {
    const text = name.replace(/^%/, '');
    if (text === '' || text === '+' || text === '%') {
      return this.#jobs.findLast((job) => job.state === 'Stopped') ?? this.#jobs.at(-1);
    }
    if (/^\d+$/.test(text)) return this.#jobs.find((job) => job.number === Number(text));
    return this.#jobs.findLast((job) => job.text.startsWith(text));
  }

  /** `[1] + Stopped    sleep 100` */
  line(job: ShellJob): string {
    const mark = job === this.find() ? '+' : ' ';
    const state = job.state === 'Done' ? doneText(job.status) : job.state;
    return `[${job.number}] ${mark} ${state.padEnd(12)} ${job.text}`;
  }

  #free(): number {
    let number = 1;
    while (this.#jobs.some((job) => job.number === number)) number++;
    return number;
  }
}

function doneText(status: number): string {
  const death = deathOf(status);
  if (death !== '') return death;
  const code = exitCodeOf(status);
  return code === 0 ? 'Done' : `Done(${code})`;
}
