/**
 * Owns what is measured of the machine as a whole, over time: how many tasks wait to run, and for how long
 * CPUs were idle while tasks waited, which a policy that conserves work never lets happen (the checker of
 * "Wasted Cores", Lozi et al. 2016). Told of every change.
 */

export class LoadMeter {
  #since = 0;
  #waiting = 0;
  #idle: number;
  /** Integral of the number of waiting tasks, ns. */
  waitingNs = 0;
  /** Of idle CPUs that had a waiting task each that they could have run, ns. */
  wastedNs = 0;
  mostWaiting = 0;

  constructor(cpus: number) {
    this.#idle = cpus;
  }

  get waiting(): number {
    return this.#waiting;
  }

  /** Brings the integrals up to a time. */
  upTo(now: number): void {
    const ns = now - this.#since;
    if (ns === 0) return;
    this.#since = now;
    this.waitingNs += ns * this.#waiting;
    this.wastedNs += ns * Math.min(this.#waiting, this.#idle);
  }

  addWaiting(now: number, count: number): void {
    this.upTo(now);
    this.#waiting += count;
    if (this.#waiting > this.mostWaiting) this.mostWaiting = this.#waiting;
  }

  addIdle(now: number, count: number): void {
    this.upTo(now);
    this.#idle += count;
  }
}
