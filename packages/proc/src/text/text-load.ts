/**
 * Owns the address space and registers a text program starts with: text and data, and at the end of the space
 * its arguments and environment and the two instructions by which signal handlers return. Run by the first
 * lwp of the program, before its first instruction, in a space that is still empty.
 *
 *     sp, r1 -> argv[0] ... argv[r0 - 1] 0   r2 -> environment ... 0   texts, each from a word on   sigcode
 */
import type { Context, Steps } from '@smplab/lwkt';
import { E2BIG } from '../errno.ts';
import { execStrings } from '../life/strings.ts';
import { VM } from '../life/vmspace-layout.ts';
import { WORD_BYTES } from '../life/vmspace.ts';
import { kmalloc, M_VMPAGE } from '../malloc-types.ts';
import { L, TF_PC, TF_SP, TRAPFRAME_WORDS } from '../table/lwp.ts';
import { P } from '../table/proc.ts';
import { packed } from './assembler.ts';
import { encode } from './instruction.ts';
import { SYSTEM_CALL_NUMBERS } from './system-call-numbers.ts';
import { TEXT_BASE, type TextImage } from './text-image.ts';

const NONE = { a: 0, b: 0, c: 0, imm: 0 } as const;
/** What a signal handler returns to. */
const SIGCODE: readonly number[] = [
  encode({ ...NONE, name: 'li', imm: SYSTEM_CALL_NUMBERS.sigreturn }),
  encode({ ...NONE, name: 'sys' }),
];
/** Words of stack a program has at least. */
const LEAST_STACK = 8;
const BASE = TEXT_BASE / WORD_BYTES;
const encoder = new TextEncoder();

/** Address of the sigcode in a space that ends there. */
export function sigcodeAddress(limit: number): number {
  return limit - SIGCODE.length * WORD_BYTES;
}

/**
 * Lays the image out if the space of the process has no text yet: 0, or E2BIG if its texts leave no room for
 * the stack.
 */
export function* textLoad(k: Context, lp: number, image: TextImage): Steps<number> {
  const p = k.words[lp + L.lwp_proc];
  const vm = k.peek(p + P.p_vmspace);
  if (k.peek(vm + VM.vm_text) !== 0) return 0;
  const { pageWords, vmPages } = k.kernel.limits;
  const space = pageWords * vmPages;
  const end = BASE + image.words.length;
  if (end + LEAST_STACK + SIGCODE.length > space) refuse(k, p, image, space);
  const { argv, env } = execStrings(k, p);
  const stack = stackOf(argv, env, space);
  if (end + LEAST_STACK + stack.words.length > space) return E2BIG;
  yield* fill(k, vm, image, stack.words);
  setRegisters(k.words, lp + L.lwp_trapframe, image, stack);
  return 0;
}

/** Whoever made the machine so small has to know. */
function refuse(k: Context, p: number, image: TextImage, space: number): never {
  const pid = k.words[p + P.p_pid];
  return k.misuse(
    'scenario-misuse',
    `the program of process ${pid} has ${image.words.length} words, an address space of this machine ` +
      `${space} (${BASE} of them unused, ${LEAST_STACK} at least for the stack): raise limits.vmPages or ` +
      'limits.pageWords',
  );
}

interface Stack {
  /** The last words of the space. */
  readonly words: readonly number[];
  readonly argc: number;
  /** Addresses of the two lists. */
  readonly argv: number;
  readonly env: number;
}

function stackOf(argv: readonly string[], env: readonly string[], space: number): Stack {
  const texts = [...argv, ...env].map((text) => packed(encoder.encode(text)));
  const lists = argv.length + env.length + 2;
  const size = lists + texts.reduce((sum, { length }) => sum + length, 0) + SIGCODE.length;
  const first = (space - size) * WORD_BYTES;
  let next = first + lists * WORD_BYTES;
  const addresses = texts.map(({ length }) => {
    const address = next;
    next += length * WORD_BYTES;
    return address;
  });
  const split = argv.length;
  return {
    words: [...addresses.slice(0, split), 0, ...addresses.slice(split), 0, ...texts.flat(), ...SIGCODE],
    argc: argv.length,
    argv: first,
    env: first + (argv.length + 1) * WORD_BYTES,
  };
}

/** Makes the pages, all of which lie before or behind what is zero until it is used. */
function* fill(k: Context, vm: number, image: TextImage, stack: readonly number[]): Steps {
  const { pageWords, vmPages } = k.kernel.limits;
  const firstOfStack = pageWords * vmPages - stack.length;
  yield* k.gettoken(vm + VM.vm_token);
  let table = k.get(vm + VM.vm_pages);
  if (table === 0) {
    table = yield* kmalloc(k, M_VMPAGE, vmPages);
    k.set(vm + VM.vm_pages, table);
  }
  for (let index = 0; index < vmPages; index++) {
    const from = index * pageWords;
    const isUsed = overlaps(from, pageWords, BASE, image.words.length);
    if (!isUsed && !overlaps(from, pageWords, firstOfStack, stack.length)) continue;
    const page = yield* kmalloc(k, M_VMPAGE, pageWords);
    // Nobody can see the page before it is in the table.
    copy(k.words, page - from, from, from + pageWords, BASE, image.words);
    copy(k.words, page - from, from, from + pageWords, firstOfStack, stack);
    k.set(table + index, page);
    k.set(vm + VM.vm_count, k.get(vm + VM.vm_count) + 1);
  }
  k.set(vm + VM.vm_text, image.textWords * WORD_BYTES);
  k.set(vm + VM.vm_break, TEXT_BASE + image.words.length * WORD_BYTES);
  yield* k.reltoken(vm + VM.vm_token);
}

function overlaps(a: number, aLength: number, b: number, bLength: number): boolean {
  return bLength > 0 && a < b + bLength && b < a + aLength;
}

/** Copies what lies from `first` on as far as it lies between two words of the space. */
function copy(
  words: Int32Array,
  to: number,
  from: number,
  end: number,
  first: number,
  source: readonly number[],
): void {
  const last = Math.min(end, first + source.length);
  for (let at = Math.max(from, first); at < last; at++) words[to + at] = source[at - first];
}

function setRegisters(words: Int32Array, frame: number, image: TextImage, stack: Stack): void {
  words.fill(0, frame, frame + TRAPFRAME_WORDS);
  words[frame] = stack.argc;
  words[frame + 1] = stack.argv;
  words[frame + 2] = stack.env;
  words[frame + TF_SP] = stack.argv;
  words[frame + TF_PC] = image.entry;
}
