/**
 * Owns running outside readers on an exported tree: psutil and the node exporter of Prometheus, as they come
 * with Debian. For tests; install.sh gets them.
 */
import { execFile, type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const HERE = dirname(fileURLToPath(import.meta.url));
/** Debian's: another Python has other packages. */
const PYTHON = '/usr/bin/python3';
const EXPORTER = 'prometheus-node-exporter';
const COLLECTORS = ['cpu', 'loadavg', 'meminfo', 'stat', 'vmstat', 'processes', 'diskstats', 'netdev'];
const TRIES = 100;
const BETWEEN_MS = 50;

/** Which of them are not there, and how to get them; null if all are. */
export async function missingClients(): Promise<string | null> {
  const isThere = async (file: string, ...args: string[]): Promise<boolean> =>
    run(file, args, { timeout: 20_000 }).then(
      () => true,
      () => false,
    );
  const missing: string[] = [];
  if (!(await isThere(PYTHON, '-c', 'import psutil'))) missing.push('python3-psutil');
  if (!(await isThere(EXPORTER, '--version'))) missing.push(EXPORTER);
  return missing.length === 0
    ? null
    : `${missing.join(' and ')} not installed: sh tools/procfs-clients/install.sh`;
}

/** What psutil says (read-psutil.py). */
export async function readPsutil(directory: string): Promise<unknown> {
  const { stdout } = await run(PYTHON, [join(HERE, 'read-psutil.py'), directory], { timeout: 60_000 });
  return JSON.parse(stdout) as unknown;
}

/** The metrics of a node exporter by name and labels, as `node_cpu_seconds_total{cpu="0",mode="user"}`. */
export async function readNodeExporter(directory: string): Promise<ReadonlyMap<string, number>> {
  // What it would say of the host is not to be mixed in.
  const nothing = mkdtempSync(join(tmpdir(), 'smplab-sys-'));
  const port = await freePort();
  const child = spawn(EXPORTER, [
    ...[`--path.procfs=${directory}`, `--path.sysfs=${nothing}`, `--web.listen-address=127.0.0.1:${port}`],
    ...['--collector.disable-defaults', ...COLLECTORS.map((name) => `--collector.${name}`)],
  ]);
  let said = '';
  child.stderr.on('data', (data: Buffer) => (said += data.toString()));
  try {
    return metricsOf(await metricsText(port, child, () => said));
  } finally {
    child.kill();
    rmSync(nothing, { recursive: true, force: true });
  }
}

async function metricsText(port: number, child: ChildProcess, said: () => string): Promise<string> {
  for (let tries = 0; tries < TRIES; tries++) {
    if (child.exitCode !== null) throw new Error(`${EXPORTER} has ended:\n${said()}`);
    const answer = await fetch(`http://127.0.0.1:${port}/metrics`).catch(() => null);
    if (answer !== null) return await answer.text();
    await sleep(BETWEEN_MS);
  }
  throw new Error(`${EXPORTER} does not answer:\n${said()}`);
}

function metricsOf(text: string): Map<string, number> {
  const metrics = new Map<string, number>();
  for (const line of text.split('\n')) {
    const found = /^([^#\s]\S*(?:\{.*\})?) (\S+)$/.exec(line);
    if (found !== null) metrics.set(found[1], Number(found[2]));
  }
  return metrics;
}

/** A port that is free now. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
