/**
 * Owns fcntl(2) (kern_fcntl of sys/kern/kern_descrip.c), without record locks. Runs in the thread of the
 * call.
 */
import type { Context, Steps } from '@smplab/lwkt';
import { EINVAL } from '../errno.ts';
import { dupFrom, dupTo } from './dup.ts';
import { fgetfdflags, fsetfdflags, holdfp } from './fdnode.ts';
import { closef } from './file.ts';
import {
  F,
  F_DUP2FD,
  F_DUP2FD_CLOEXEC,
  F_DUPFD,
  F_DUPFD_CLOEXEC,
  F_GETFD,
  F_GETFL,
  F_GETOWN,
  F_SETFD,
  F_SETFL,
  F_SETOWN,
  FASYNC,
  FCNTLFLAGS,
  FIOASYNC,
  FIOGETOWN,
  FIOSETOWN,
  UF_EXCLOSE,
} from './filedesc-layout.ts';
import { fileIoctl } from './io.ts';
import { result as resultOf } from './io-result.ts';

/** fcntl: what the command gives, or the negative errno. */
export function* sys_fcntl(k: Context, fd: number, cmd: number, arg = 0): Steps<number> {
  if (cmd === F_DUPFD) return yield* dupFrom(k, fd, arg, 0);
  if (cmd === F_DUPFD_CLOEXEC) return yield* dupFrom(k, fd, arg, UF_EXCLOSE);
  if (cmd === F_DUP2FD) return yield* dupTo(k, fd, arg, 0);
  if (cmd === F_DUP2FD_CLOEXEC) return yield* dupTo(k, fd, arg, UF_EXCLOSE);
  if (cmd === F_GETFD) return yield* fgetfdflags(k, fd);
  if (cmd === F_SETFD) return yield* fsetfdflags(k, fd, arg);
  const fp = yield* holdfp(k, fd, 0);
  if (fp < 0) return fp;
  const result = yield* ofFile(k, fp, cmd, arg);
  yield* closef(k, fp);
  return result;
}

/** The commands about the file itself. */
function* ofFile(k: Context, fp: number, cmd: number, arg: number): Steps<number> {
  if (cmd === F_GETFL) return (yield* k.load(fp + F.f_flag)) - 1;
  if (cmd === F_SETFL) return yield* setFlags(k, fp, arg);
  const owner = [cmd === F_SETOWN ? arg : 0];
  if (cmd === F_GETOWN) {
    const error = yield* fileIoctl(k, fp, FIOGETOWN, owner);
    return error === 0 ? owner[0] : resultOf(error);
  }
  return cmd === F_SETOWN ? resultOf(yield* fileIoctl(k, fp, FIOSETOWN, owner)) : -EINVAL;
}

/** The device is told when it should begin or end to send SIGIO; if it cannot, nothing has changed. */
function* setFlags(k: Context, fp: number, arg: number): Steps<number> {
  const wanted = arg & FCNTLFLAGS;
  const old = yield* k.load(fp + F.f_flag);
  if (((old ^ wanted) & FASYNC) !== 0) {
    const error = yield* fileIoctl(k, fp, FIOASYNC, [wanted & FASYNC]);
    if (error !== 0) return resultOf(error);
  }
  yield* k.and(fp + F.f_flag, ~FCNTLFLAGS | wanted);
  yield* k.or(fp + F.f_flag, wanted);
  return 0;
}
