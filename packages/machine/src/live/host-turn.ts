/**
 * Owns giving the event loop of the host a turn: signals and timers of a driver that runs a machine in one
 * thread come through there. Runs on the main thread.
 */

/** Resolves when whatever waits for the thread has had it. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
