/**
 * Owns how a command line of this smplab is written so that it works when pasted into the shell it was
 * printed in: under the name by which smplab was started, every argument quoted if it needs to be. POSIX
 * shells.
 */
import { realpathSync } from 'node:fs';
import { basename, delimiter, join, relative } from 'node:path';

/** The argument as a shell takes it. */
export function quoted(argument: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", `'\\''`)}'`;
}

/** What the words before the arguments were: `smplab`, `npx smplab`, or the path of the script. */
export interface Invocation {
  /** process.argv[1]. */
  readonly script: string;
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
}

export function programName({ script, env, cwd }: Invocation): string {
  if (env['npm_command'] !== undefined) return 'npx smplab';
  if (basename(script) === 'smplab') {
    return onPath(script, env['PATH'] ?? '') ? 'smplab' : quoted(fromHere(script, cwd));
  }
  return `node ${quoted(fromHere(script, cwd))}`;
}

function onPath(script: string, path: string): boolean {
  for (const folder of path.split(delimiter)) {
    try {
      if (realpathSync(join(folder, 'smplab')) === realpathSync(script)) return true;
    } catch {
      // Not in this folder.
    }
  }
  return false;
}

/** A relative path if it is short, and never a bare name, which a shell would look for elsewhere. */
function fromHere(path: string, cwd: string): string {
  const short = relative(cwd, path);
  if (short === '' || short.startsWith('..')) return path;
  return short.includes('/') ? short : `./${short}`;
}

/** The command as it was called, with these arguments. */
export function shellCommand(invocation: Invocation, argumentsGiven: readonly string[]): string {
  return [programName(invocation), ...argumentsGiven.map(quoted)].join(' ');
}

/** The invocation of this process. */
export function ownInvocation(): Invocation {
  return { script: process.argv[1] ?? 'smplab', env: process.env, cwd: process.cwd() };
}
