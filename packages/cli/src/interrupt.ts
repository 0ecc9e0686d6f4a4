/**
 * Owns Ctrl-C: the first one ends the search with what was found so far, the second ends the process at once.
 */
const INTERRUPTED_STATUS = 130;

/** Watches for SIGINT until `dispose` is called. */
export class Interrupt {
  readonly #controller = new AbortController();
  readonly #listener = (): void => {
    if (this.#controller.signal.aborted) process.exit(INTERRUPTED_STATUS);
    this.#controller.abort();
  };

  constructor() {
    process.on('SIGINT', this.#listener);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get isRaised(): boolean {
    return this.#controller.signal.aborted;
  }

  dispose(): void {
    process.off('SIGINT', this.#listener);
  }
}
