/**
 * Owns the time limit of a search in the calling thread: with Ctrl-C the one thing that makes a result depend
 * on the machine, and results say so (design.md, section 7).
 */

/** A test that turns true once the seconds have passed; never, for null. */
export function timeLimit(seconds: number | null): () => boolean {
  if (seconds === null) return () => false;
  // eslint-disable-next-line no-restricted-globals, no-restricted-properties -- the stated exception
  const now = (): number => performance.now();
  const end = now() + seconds * 1000;
  return () => now() > end;
}
