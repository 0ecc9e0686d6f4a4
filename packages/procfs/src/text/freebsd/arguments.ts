/**
 * Owns /proc/N/cmdline and etype of FreeBSD as of 2001 (procfs_docmdline of procfs_status.c, procfs_dotype of
 * procfs_type.c). Run in the thread that reads.
 *
 * The kernel keeps a title, or arguments if they are short (kern.ps_arg_cache_limit), for all who may see the
 * process. Of others' long ones it shows the name alone, with the NULs behind it; of one's own as many whole
 * arguments as fit in 256 bytes.
 */
import { type Context, lwkt_gettoken_shared, type Steps } from '@smplab/lwkt';
import { kern, P } from '@smplab/proc';
import { emulationOf } from '../../node/emulation.ts';
import { argumentBytes, commOf, hasNoProgram, titleBytes } from '../command-line.ts';
import type { Reading } from '../reading.ts';

/** sizeof(struct pargs): what counts against the limit besides the texts. */
const PARGS_BYTES = 12;
const MAXCOMLEN = 16;
const OWN_BYTES = 256;

export function* procfs_docmdline(k: Context, { p }: Reading): Steps<string> {
  // Those of a zombie may be gone at any time.
  const kept = hasNoProgram(k, p) ? '' : yield* keptBytes(k, p);
  if (kept !== '' && (yield* maySee(k, p))) return kept;
  if (p !== kern.curproc(k)) return (yield* commOf(k, p)).slice(0, MAXCOMLEN).padEnd(MAXCOMLEN, '\0');
  return wholeTexts(argumentBytes(k, p));
}

/** Everybody may (kern.ps_argsopen), or the reader may act upon the process. */
function* maySee(k: Context, p: number): Steps<boolean> {
  yield* lwkt_gettoken_shared(k, p + P.p_token);
  const may = yield* kern.mayLook(k, p);
  yield* k.reltoken(p + P.p_token);
  return may;
}

/** p_args: the title, or short arguments; '' for none. */
function* keptBytes(k: Context, p: number): Steps<string> {
  const title = yield* titleBytes(k, p);
  if (title !== '') return title;
  const texts = argumentBytes(k, p);
  const limit = k.peek(kern.procs(k).g + kern.G.g_ps_arg_cache_limit);
  return texts.length + PARGS_BYTES <= limit ? texts : '';
}

/** As many texts as fit, whole. */
function wholeTexts(texts: string): string {
  if (texts.length <= OWN_BYTES) return texts;
  return texts.slice(0, texts.lastIndexOf('\0', OWN_BYTES - 1) + 1);
}

/** sv_name of what it runs. */
export function* procfs_dotype(k: Context, { p }: Reading): Steps<string> {
  if (hasNoProgram(k, p)) return 'Not Available\n';
  return emulationOf(k, p) === 'linux' ? 'Linux ELF\n' : 'FreeBSD ELF\n';
}
