/**
 * Owns the live line on stderr while a search runs: shown on a terminal only, and only for what takes longer
 * than a second. Everything else that writes to the terminal calls `clear` first.
 */

/** How far a search is. */
export interface ProgressView {
  readonly schedules: number;
  readonly planned: number;
  readonly elapsedSeconds: number;
  readonly schedulesPerSecond: number;
}

/** How many things are done. */
interface CountView {
  readonly done: number;
  readonly planned: number;
  readonly elapsedSeconds: number;
}

const PATIENCE_SECONDS = 1;
const ERASE = '\r\u001b[K';

function grouped(count: number): string {
  return String(Math.round(count)).replace(/\B(?=(\d{3})+$)/g, ',');
}

function duration(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}

/** `lost update: 1,200 of 10,000 schedules · 5,100/s · 2 s left`. */
export function progressText(name: string, view: ProgressView, timeLimitSeconds: number | undefined): string {
  const { schedules, planned, elapsedSeconds, schedulesPerSecond } = view;
  const byCount = schedulesPerSecond > 0 ? (planned - schedules) / schedulesPerSecond : Infinity;
  const byTime = timeLimitSeconds === undefined ? Infinity : timeLimitSeconds - elapsedSeconds;
  const left = Math.max(0, Math.min(byCount, byTime));
  const rest = Number.isFinite(left) ? ` · ${duration(left)} left` : '';
  const counts = `${grouped(schedules)} of ${grouped(planned)} schedules`;
  return `${name}: ${counts} · ${grouped(schedulesPerSecond)}/s${rest}`;
}

/** Where the line is written. */
export interface ProgressTarget {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

export class ProgressLine {
  #shown = false;

  constructor(readonly target: ProgressTarget) {}

  /** Shows how far the search is, if it is time to. */
  update(name: string, view: ProgressView, timeLimitSeconds?: number): void {
    if (this.target.isTTY !== true || view.elapsedSeconds < PATIENCE_SECONDS) return;
    this.#show(progressText(name, view, timeLimitSeconds));
  }

  /** Shows how many of some things are done. */
  count(name: string, things: string, { done, planned, elapsedSeconds }: CountView): void {
    if (this.target.isTTY !== true || elapsedSeconds < PATIENCE_SECONDS) return;
    const left = done === 0 ? '' : ` · ${duration((elapsedSeconds / done) * (planned - done))} left`;
    this.#show(`${name}: ${grouped(done)} of ${grouped(planned)} ${things}${left}`);
  }

  #show(text: string): void {
    this.target.write(ERASE + text.slice(0, Math.max(20, (this.target.columns ?? 80) - 1)));
    this.#shown = true;
  }

  clear(): void {
    if (this.#shown) this.target.write(ERASE);
    this.#shown = false;
  }
}
