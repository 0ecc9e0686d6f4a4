/**
 * Owns sets of signals as Linux writes them: its numbers, as 16 hexadecimal digits. The machine has the
 * numbers of BSD; what Linux has no signal for (EMT, INFO, THR) is left out. Pure.
 */

/** The Linux number of each BSD signal, from 1; 0 for none. */
const LINUX_NUMBERS = [
  ...[1, 2, 3, 4, 5, 6, 0, 8, 9, 7, 11, 31, 13, 14, 15, 23],
  ...[19, 20, 18, 17, 21, 22, 29, 24, 25, 26, 27, 28, 0, 10, 12, 0],
] as const;
const DIGITS = 16;

/** A BSD set as a Linux set. */
export function linuxSet(set: number): number {
  let bits = 0;
  for (let at = 0; at < LINUX_NUMBERS.length; at++) {
    const number = LINUX_NUMBERS[at];
    if (((set >>> at) & 1) !== 0 && number !== 0) bits |= 1 << (number - 1);
  }
  return bits >>> 0;
}

/** A BSD set, in the digits of Linux. */
export function signalDigits(set: number): string {
  return linuxSet(set).toString(16).padStart(DIGITS, '0');
}

/** The Linux number of a BSD signal; 0 for none. */
export function linuxSignal(signal: number): number {
  return signal < 1 || signal > LINUX_NUMBERS.length ? 0 : LINUX_NUMBERS[signal - 1];
}
