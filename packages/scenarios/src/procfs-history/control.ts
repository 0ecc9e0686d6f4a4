/**
 * Owns how programs of these scenarios command a process through its ctl. No scenario itself.
 */
import type { Steps } from '@smplab/lwkt';
import type { ProcfsUser } from '@smplab/procfs';

export const O_WRONLY = 1;

/** Writes a word to ctl of a process: 0, or the errno of open or write. */
export function* tell(u: ProcfsUser, pid: number, word: string): Steps<number> {
  const fd = yield* u.open(`/proc/${pid}/ctl`, O_WRONLY);
  if (fd < 0) return u.errno;
  const answer = (yield* u.write(fd, word)) < 0 ? u.errno : 0;
  yield* u.close(fd);
  return answer;
}
