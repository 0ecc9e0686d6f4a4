/**
 * Owns showing the type and permissions of a file in letters (strmode(3)). Pure.
 */
const S_IFMT = 0o170000;
const LETTERS: ReadonlyMap<number, string> = new Map([
  [0o010000, 'p'],
  [0o020000, 'c'],
  [0o040000, 'd'],
  [0o060000, 'b'],
  [0o100000, '-'],
  [0o120000, 'l'],
  [0o140000, 's'],
]);
const SET_UID = 0o4000;
const SET_GID = 0o2000;
const STICKY = 0o1000;

/** `drwxr-xr-x`. */
export function strmode(mode: number): string {
  const execute = (bit: number, special: number, letter: string): string => {
    const runs = (mode & bit) !== 0;
    if ((mode & special) === 0) return runs ? 'x' : '-';
    return runs ? letter : letter.toUpperCase();
  };
  const rw = (shift: number): string => ((mode >> shift) & 4 ? 'r' : '-') + ((mode >> shift) & 2 ? 'w' : '-');
  return [
    LETTERS.get(mode & S_IFMT) ?? '?',
    rw(6) + execute(0o100, SET_UID, 's'),
    rw(3) + execute(0o010, SET_GID, 's'),
    rw(0) + execute(0o001, STICKY, 't'),
  ].join('');
}

/** Whether a mode is that of a type, as its letter in strmode. */
export function isType(mode: number, letter: string): boolean {
  return LETTERS.get(mode & S_IFMT) === letter;
}

/** What `ls -F` puts behind a name. */
export function typeMark(mode: number): string {
  const marks: Readonly<Record<string, string>> = { d: '/', l: '@', s: '=', p: '|' };
  const letter = LETTERS.get(mode & S_IFMT) ?? '';
  return marks[letter] ?? (letter === '-' && (mode & 0o111) !== 0 ? '*' : '');
}
