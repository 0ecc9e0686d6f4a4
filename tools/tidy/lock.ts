/**
 * The rule that the lock file holds every package it speaks of. npm leaves out an optional package (a binding
 * for another platform) that the registry did not have; `npm ci` then refuses the lock file everywhere.
 */

interface Entry {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

export interface Lock {
  readonly packages?: Readonly<Record<string, Entry>>;
}

export function lockProblems(lock: Lock): string[] {
  const entries = Object.entries(lock.packages ?? {});
  const names = new Set(entries.map(([path]) => path.split('node_modules/').at(-1)));
  return entries.flatMap(([path, entry]) =>
    Object.keys({ ...entry.dependencies, ...entry.optionalDependencies })
      .filter((name) => !names.has(name))
      .map((name) => `${path === '' ? 'package.json' : path} wants ${name}, which the lock file lacks`),
  );
}
