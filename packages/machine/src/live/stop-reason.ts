/**
 * Owns putting into words what ended a CPU: an exception of any kind, thrown by kernel code or by a program.
 */
import { KernelPanic, KmemError } from '@smplab/kmem';
import { MachineStop } from './machine-stop.ts';

/** What is known of an exception; texts only, so that it can cross threads whatever was thrown. */
export interface StopReason {
  readonly verdict: string;
  readonly message: string;
  readonly stack: string;
  /** More lines for the reader. */
  readonly details: readonly string[];
}

export function stopReason(error: unknown): StopReason {
  if (!(error instanceof Error)) {
    return { verdict: 'panic', message: `threw ${textOf(error)}, which is no Error`, stack: '', details: [] };
  }
  const { verdict, details } = error instanceof MachineStop ? error : { verdict: 'panic', details: [] };
  return { verdict, message: messageOf(error), stack: textOf(error.stack ?? ''), details };
}

function messageOf(error: Error): string {
  const text = textOf(error.message);
  if (error instanceof MachineStop || error instanceof KernelPanic || error instanceof KmemError) return text;
  if (error instanceof RangeError && /call stack/i.test(text)) {
    return 'calls are nested too deep (the JavaScript stack is full)';
  }
  if (error instanceof TypeError && /is not iterable|not a function or its return value/.test(text)) {
    return `uncaught TypeError: ${text} (bodies are generator functions, function*, and never async)`;
  }
  return `uncaught ${textOf(error.name)}: ${text}`;
}

/** A text for anything, even for what cannot be made one. */
function textOf(value: unknown): string {
  try {
    return typeof value === 'function' ? 'a function' : String(value);
  } catch {
    return 'something that has no text';
  }
}
