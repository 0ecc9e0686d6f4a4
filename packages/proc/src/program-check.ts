/**
 * Owns the refusal of programs that make no sense, in words and when their file is loaded.
 */
const PATH = /^\/[^\0]*[^\0/]$/;

/** Throws TypeError that names the scenario, the program and the entry. */
export function checkPrograms(what: string, programs: unknown): void {
  if (!isRecord(programs)) {
    throw new TypeError(`${what} needs programs by path, such as { '/bin/sh': { *main(u) { ... } } }`);
  }
  const paths = Object.keys(programs);
  if (paths.length === 0) throw new TypeError(`${what} has no program: the first is what the machine starts`);
  for (const path of paths) checkProgram(`${what}: ${path}`, path, programs[path]);
}

function checkProgram(what: string, path: string, image: unknown): void {
  if (!PATH.test(path)) throw new TypeError(`${what} is no path: programs are named like /bin/sh`);
  if (!isRecord(image)) throw new TypeError(`${what} is no program: it has entries, { *main(u) { ... } }`);
  if (isTextImage(image)) return;
  if (!('main' in image)) throw new TypeError(`${what} has no entry main`);
  for (const [name, body] of Object.entries(image)) {
    if (typeof body !== 'function')
      throw new TypeError(`${what}: the entry ${name} is no generator function`);
    if (body.constructor.name.startsWith('Async')) {
      throw new TypeError(
        `${what}: the entry ${name} is async; programs wait by system calls, never for promises`,
      );
    }
  }
}

/** Text images are checked by their assembler. */
function isTextImage(image: Record<string, unknown>): boolean {
  return image['kind'] === 'text' && Array.isArray(image['words']);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
