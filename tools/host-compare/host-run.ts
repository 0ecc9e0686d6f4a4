/**
 * Owns calling host-run.py: sequences in, lines out. Runs on the main thread and waits for it.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { NAMES, type Sequence } from './sequence.ts';

const SCRIPT = fileURLToPath(new URL('host-run.py', import.meta.url));
const OUTPUT_MAX = 1 << 28;

/** Why the host cannot be compared with; null if it can. */
export function hostProblem(): string | null {
  if (process.platform !== 'linux') return `the host is ${process.platform}: the comparison is with Linux`;
  const { status, error } = spawnSync('python3', ['--version']);
  return error === undefined && status === 0 ? null : 'there is no python3: the host is not compared with';
}

/** The lines of each sequence on the kernel of the host. */
export function hostLines(sequences: readonly Sequence[], limitSeconds: number): string[][] {
  const input = JSON.stringify({ names: NAMES, sequences });
  const { status, stdout, stderr, error } = spawnSync('python3', [SCRIPT], {
    input,
    encoding: 'utf8',
    maxBuffer: OUTPUT_MAX,
    timeout: limitSeconds * 1000,
  });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`host-run.py failed: ${stderr.split('\n').slice(-3).join(' ')}`);
  return JSON.parse(stdout) as string[][];
}
