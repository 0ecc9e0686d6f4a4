/**
 * Owns the oracle of information flow (procfs.md 4, v): no byte of the image of a process that has raised its
 * credentials goes to somebody who opened the node when it had not. Asked at the copy-out of what only the
 * owner may see, by the thread that reads, writes or lists it, with p_reflock of the process shared. No
 * steps.
 *
 * The file was opened with `opener`. If those credentials could open the node today, nothing has leaked,
 * whenever that was.
 */
import type { Context } from '@smplab/lwkt';
import { CR, kern, P_SUGID } from '@smplab/proc';
import type { NodeRow } from '../node/node-table.ts';
import { pfsTypeName } from '../node/node-types.ts';

/** Fails the run if the opener of the node of `p` could not open it now. */
export function checkFlow(k: Context, row: NodeRow, p: number, opener: number): void {
  // Everybody may read it, of whichever process.
  if (p === 0 || opener <= 0 || (row.mode & 0o004) !== 0) return;
  if ((k.peek(p + kern.P.p_flags) & P_SUGID) === 0) return;
  const { words } = k;
  // Neither exec nor exit; the process itself changes its ids with the new ones raised already.
  const target = k.peek(p + kern.P.p_ucred);
  const uid = words[opener + CR.cr_uid];
  const mayOpen = uid === 0 || (!row.isGuarded && uid === words[target + CR.cr_uid]);
  if (mayOpen) return;
  k.misuse(
    'assertion',
    `procfs: ${pfsTypeName(row.type)} of process ${words[p + kern.P.p_pid]}, which runs a set-id program, ` +
      `goes to user ${uid}, who opened it before`,
  );
}
