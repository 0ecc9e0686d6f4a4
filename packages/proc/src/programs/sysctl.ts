/**
 * Owns /sbin/sysctl: reads, lists and sets variables of the kernel. A program of the machine: like the one of
 * BSD it knows no names, it asks the kernel for numbers, types and what comes next.
 *
 *     sysctl [-dNn] name[=value] ...        sysctl [-dNn] -a
 */
import type { Steps } from '@smplab/lwkt';
import { ENOENT, strerror } from '../errno.ts';
import {
  CTL_SYSCTL,
  CTLTYPE,
  CTLTYPE_INT,
  CTLTYPE_NODE,
  CTLTYPE_STRING,
  CTLTYPE_UINT,
} from '../sysctl/oid.ts';
import type { GeneratorImage } from '../user/image.ts';
import type { User } from '../user/user.ts';
import { getopt, numberOf, type Options } from './getopt.ts';
import { mibtoname, nametomib, nextmib, oidfmt, textOf, wordsOf } from './variables.ts';

const USAGE = 'usage: sysctl [-dNn] name[=value] ...\n       sysctl [-dNn] -a\n';
const EX_ERROR = 1;
const OIDDESCR = [CTL_SYSCTL, 5];

export const sysctl: GeneratorImage = {
  *main(u: User, ...argv: string[]) {
    const options = getopt(argv, 'adNn');
    const isAll = options.given.has('a');
    if (options.error !== null || (isAll ? options.rest.length > 0 : options.rest.length === 0)) {
      const problem = options.error === null ? '' : `sysctl: ${options.error}\n`;
      yield* u.write(2, problem + USAGE);
      return EX_ERROR;
    }
    if (isAll) return yield* showFrom(u, [], options);
    let status = 0;
    for (const word of options.rest) status |= yield* one(u, word, options);
    return status;
  },
};

/** A name alone shows it, or what lies below it; with a value it is set, and both values are shown. */
function* one(u: User, word: string, options: Options): Steps<number> {
  const [name, ...values] = word.split('=');
  const mib = yield* nametomib(u, name);
  if (mib === null)
    return yield* fail(u, u.errno === ENOENT ? `unknown oid '${name}'` : `${name}: ${strerror(u.errno)}`);
  const format = yield* oidfmt(u, mib);
  const type = (format?.kind ?? 0) & CTLTYPE;
  if (values.length > 0) return yield* set(u, name, mib, type, values.join('='));
  if (type === CTLTYPE_NODE) return yield* showFrom(u, mib, options);
  return yield* show(u, mib, options, false);
}

/** All entries below some numbers. */
function* showFrom(u: User, above: readonly number[], options: Options): Steps<number> {
  // Without numbers: from the first top-level entry on, so that the entries about the tree are left out.
  let mib = yield* nextmib(u, above.length === 0 ? [CTL_SYSCTL + 1] : above);
  while (mib !== null && above.every((number, at) => mib?.[at] === number)) {
    yield* show(u, mib, options, true);
    mib = yield* nextmib(u, mib);
  }
  return 0;
}

/** One entry; in a list those that cannot be shown are passed over. */
function* show(u: User, mib: readonly number[], { given }: Options, isListed: boolean): Steps<number> {
  const format = yield* oidfmt(u, mib);
  const name = yield* mibtoname(u, mib);
  if (format === null || (isListed && (format.kind & CTLTYPE) === CTLTYPE_NODE)) return 0;
  if (given.has('N')) {
    yield* u.print(name);
    return 0;
  }
  let text: string;
  if (given.has('d')) text = textOf((yield* u.__sysctl([...OIDDESCR, ...mib])).bytes);
  else {
    const { result, bytes } = yield* u.__sysctl(mib);
    if (result < 0) return isListed ? 0 : yield* fail(u, `${name}: ${strerror(u.errno)}`);
    const shown = valueText(format.fmt, format.kind & CTLTYPE, bytes);
    // Records of a process table are for programs that know them.
    if (shown === null) return isListed ? 0 : yield* fail(u, `${name}: cannot be shown (${format.fmt})`);
    text = shown;
  }
  yield* u.print(given.has('n') ? text : `${name}: ${text}`);
  return 0;
}

function valueText(fmt: string, type: number, bytes: Uint8Array): string | null {
  if (type === CTLTYPE_STRING) return textOf(bytes);
  const words = wordsOf(bytes);
  if (type === CTLTYPE_INT) return words.join(' ');
  if (type === CTLTYPE_UINT) return words.map((word) => word >>> 0).join(' ');
  if (fmt === 'S,clockinfo') {
    const [hz, tick, tickadj, stathz, profhz] = words;
    return `{ hz = ${hz}, tick = ${tick}, tickadj = ${tickadj}, profhz = ${profhz}, stathz = ${stathz} }`;
  }
  return fmt === 'S,timeval' ? `{ sec = ${words[0]}, usec = ${words[1]} }` : null;
}

function* set(u: User, name: string, mib: readonly number[], type: number, text: string): Steps<number> {
  const value = numberOf(text);
  if (type === CTLTYPE_NODE) return yield* fail(u, `oid '${name}' isn't a leaf node`);
  if (type !== CTLTYPE_INT && type !== CTLTYPE_UINT) return yield* fail(u, `${name}: cannot be set`);
  if (value === null) return yield* fail(u, `invalid integer '${text}'`);
  const bytes = new Uint8Array(Int32Array.of(value).buffer);
  const before = yield* u.__sysctl(mib, Infinity, bytes);
  if (before.result < 0) return yield* fail(u, `${name}: ${strerror(u.errno)}`);
  const after = yield* u.__sysctl(mib);
  yield* u.print(`${name}: ${wordsOf(before.bytes).join(' ')} -> ${wordsOf(after.bytes).join(' ')}`);
  return 0;
}

function* fail(u: User, text: string): Steps<number> {
  yield* u.write(2, `sysctl: ${text}\n`);
  return EX_ERROR;
}
