/**
 * Runs the built `smplab` as a user does: a process of its own, scenario files in a folder outside the
 * repository.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const BINARY = fileURLToPath(new URL('../bin/smplab.js', import.meta.url));

/** What a process left behind. */
export interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A folder for scenario files, removed after the test. */
export class Workshop {
  readonly folder = mkdtempSync(join(tmpdir(), 'smplab-test-'));

  /** Writes a file; `@` at the start of its text stands for the import of `scenario`. */
  write(name: string, text: string): string {
    const path = join(this.folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text.replace(/^@/, "import { scenario } from '@smplab/explore';"));
    return path;
  }

  /** Runs `smplab` in the folder. */
  async smplab(...args: string[]): Promise<Outcome> {
    return await this.run(...this.command(...args));
  }

  /** Command and arguments that run `smplab`. */
  command(...args: string[]): [string, string[]] {
    return [process.execPath, [BINARY, ...args]];
  }

  /** Runs a command in the folder; `onText` hears stderr as it comes and may signal the process. */
  async run(
    command: string,
    args: readonly string[],
    onText?: (text: string, process: ChildProcess) => void,
  ): Promise<Outcome> {
    return await new Promise((resolve, reject) => {
      const child = spawn(command, args, { cwd: this.folder, env: plainEnvironment() });
      const output = { stdout: '', stderr: '' };
      child.stdout.on('data', (chunk: Buffer) => (output.stdout += chunk.toString()));
      child.stderr.on('data', (chunk: Buffer) => {
        output.stderr += chunk.toString();
        onText?.(output.stderr, child);
      });
      child.on('error', reject);
      child.on('close', (status) => resolve({ status, ...output }));
    });
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Without what mocha and npm add, as if typed into a fresh shell. */
function plainEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(?:npm_|NODE_OPTIONS|NODE_V8_COVERAGE|FORCE_COLOR|NO_COLOR|TSX)/i.test(name),
  );
  return Object.fromEntries(kept);
}

/** The scenario of contracts.md, section 2, as a file. */
export const LOST_UPDATE = `@
interface Unused {
  readonly left: number;
}

export default scenario('lost update', function* (s) {
  const x = s.atomic('x', 0);
  const inc = function* (): Generator<unknown, void> { const v = yield* x.load(); yield* x.store(v + 1); };
  const t1 = yield* s.spawn('t1', inc);
  const t2 = yield* s.spawn('t2', inc);
  yield* t1.join(); yield* t2.join();
  s.assert(x.peek() === 2, 'x must be 2' satisfies string);
});
`;

/** The same, mended. */
export const FIXED = LOST_UPDATE.replace(
  'const v = yield* x.load(); yield* x.store(v + 1);',
  'yield* x.add(1);',
);
