/**
 * Structs as text, for dumps, debuggers and reports. Reads the words directly: the observer is not told and
 * owners are not checked. Runs on any thread; what other threads write meanwhile may show half.
 */
import { KmemError } from './kmem-error.ts';
import type { FieldType } from './field-type.ts';
import type { Memory } from './memory.ts';
import { NULL } from './pointer.ts';
import type { Pointer } from './pointer.ts';
import type { StructLayout } from './struct.ts';

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const ELEMENTS_MAX = 64;

/**
 * A struct as text, a field a line.
 * @throws KmemError EFAULT when the struct does not lie within the memory.
 */
export function structText(memory: Memory, layout: StructLayout, pointer: Pointer): string {
  if (pointer <= NULL) throw new KmemError('EFAULT', `struct ${layout.name} at ${pointer}: null or negative`);
  memory.cover(pointer + layout.size);
  return `struct ${layout.name} at ${pointer} ${bodyText(memory, layout, pointer, '')}`;
}

/** The fields in braces. */
function bodyText(memory: Memory, layout: StructLayout, base: number, indent: string): string {
  const lines = Object.entries(layout.fields).map(([name, type]) => {
    const value = fieldText(memory, type, base + layout.offsets[name], `${indent}  `);
    const guard = type.guardedBy === undefined ? '' : `  (guarded by ${type.guardedBy})`;
    return `${indent}  ${name} = ${value}${guard}`;
  });
  return `{\n${lines.join('\n')}\n${indent}}`;
}

/** One field. */
function fieldText(memory: Memory, type: FieldType, index: number, indent: string): string {
  const word = memory.words[index];
  switch (type.kind) {
    case 'int32':
      return String(word);
    case 'uint32':
      return String(word >>> 0);
    case 'flags':
      return flagsText(word, type.bits);
    case 'pointer':
      return word === NULL ? 'NULL' : `${type.target} ${word}`;
    case 'int64':
    case 'uint64': {
      const value = (BigInt(memory.words[index + 1]) << 32n) | BigInt(word >>> 0);
      return String(type.kind === 'uint64' ? BigInt.asUintN(64, value) : value);
    }
    case 'cstring': {
      const raw = memory.bytes.slice(index * 4, index * 4 + type.bytes);
      const end = raw.indexOf(0);
      return JSON.stringify(decoder.decode(end < 0 ? raw : raw.subarray(0, end)));
    }
    case 'bytes':
      return Buffer.from(memory.bytes.slice(index * 4, index * 4 + type.bytes)).toString('hex');
    case 'head':
    case 'entry': {
      const what = `${type.queue} of ${type.target}`;
      const links = memory.words.subarray(index, index + type.words).join(', ');
      return `${what} [${links}]`;
    }
    case 'struct':
      return bodyText(memory, type.layout, index, indent);
    case 'array':
      return arrayText(memory, type.element, type.length, index, indent);
  }
}

/** The elements of an array; a long one is cut. */
function arrayText(
  memory: Memory,
  element: FieldType,
  length: number,
  index: number,
  indent: string,
): string {
  const shown = Math.min(length, ELEMENTS_MAX);
  const texts = Array.from({ length: shown }, (_, at) =>
    fieldText(memory, element, index + at * element.words, indent),
  );
  if (shown < length) texts.push(`... ${length - shown} more`);
  return `[${texts.join(', ')}]`;
}

/** A word of bits by their names; bits without one in hexadecimal. */
function flagsText(word: number, bits: Readonly<Record<string, number>>): string {
  const names = Object.entries(bits).filter(([, mask]) => mask !== 0 && (word & mask) === mask);
  const named = names.reduce((all, [, mask]) => all | mask, 0);
  const rest = word & ~named;
  const texts = names.map(([name]) => name);
  if (rest !== 0 || texts.length === 0) texts.push(`0x${(rest >>> 0).toString(16)}`);
  return texts.join('|');
}
