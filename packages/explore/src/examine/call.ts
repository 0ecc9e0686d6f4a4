/**
 * Owns the way from a raw stack to the call of the kernel in whose course a step was made, as its user
 * wrote it: `wakeup`, `tsleep_interlock`, or the message that a CPU was running. Used when a run is looked
 * at in detail.
 */
import { EXPLORED, framesOf } from './site.ts';

/** Operations on words and memory: one step each, whose own text says more than a name would. */
const PLAIN = /^(?:atomic_|cpu_mfence$|until$|kmalloc$|kfree$|get$|set$)/;
const MACHINE = /\/machine\/(?:src|dist)\//;
/** Names as the kernel's users know them, rather than those of its parts. */
const BSD = /_|^(?:wakeup|tsleep|splz)$/;
const PROCESS = 'processFrom';

/** What a step was part of. */
export interface Call {
  readonly call: string;
  /** No code of a user was running: an interrupt, the idle thread, the end of a thread. */
  readonly inKernel?: true;
}

/** The call; null for plain operations and for what is no kernel's. */
export function callOf(stack: string | null): Call | null {
  if (stack === null) return null;
  const kernel: string[] = [];
  let inMessage: string | null = null;
  let isUsers = false;
  for (const { line, path, isKernel } of framesOf(stack)) {
    isUsers ||= !isKernel;
    if (!isKernel) break;
    const name = nameOf(line, path);
    if (name === PROCESS)
      inMessage ??= kernel.length === 0 ? 'lwkt_process_ipiq' : `message: ${kernel.at(-1) ?? ''}`;
    if (name !== null) kernel.push(name);
  }
  const call = inMessage ?? kernel.findLast((name) => BSD.test(name)) ?? kernel.at(-1);
  if (call === undefined || PLAIN.test(call)) return null;
  return isUsers ? { call } : { call, inKernel: true };
}

/** The function of a frame; null for the machinery below the kernel. */
function nameOf(line: string, path: string): string | null {
  const [, whole] = /^\s*at (?:async )?(.+) \(/.exec(line) ?? [];
  if (whole === undefined) return null;
  if (whole.startsWith('ExploredGetToken.')) return 'lwkt_gettoken';
  if (whole.startsWith('ExploredRelToken.')) return 'lwkt_reltoken';
  const isMachinery = EXPLORED.test(path) || (MACHINE.test(path) && !whole.startsWith('KernelApi.'));
  return isMachinery ? null : whole.replace(/ \[as .*\]$/, '').replace(/^.*\./, '');
}
