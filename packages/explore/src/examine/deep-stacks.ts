/**
 * Owns how deep stacks are while a single run is watched: a scenario's line may lie below a dozen frames of
 * the kernel, more than Node keeps. Never set during a search, which takes no stacks.
 */
const FRAMES = 60;

/** Calls `body`, during which errors keep that many frames of their stacks. */
export function withDeepStacks<T>(body: () => T): T {
  const before = Error.stackTraceLimit;
  Error.stackTraceLimit = Math.max(before, FRAMES);
  try {
    return body();
  } finally {
    Error.stackTraceLimit = before;
  }
}
