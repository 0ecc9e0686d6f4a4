import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { missingClients, readNodeExporter, readPsutil } from '../../../../tools/procfs-clients/clients.ts';
import { HostTree } from '../../src/export/host-tree.ts';
import { BOOTTIME, KNOWN, knownMachine } from './fixtures/known-machine.ts';

const SECOND = 100;
const PAGE = 4096;

interface PsutilProcess {
  readonly [figure: string]: unknown;
  readonly pid: number;
}

interface Psutil {
  readonly [figure: string]: unknown;
  readonly processes: readonly PsutilProcess[];
  readonly virtual_memory: Readonly<Record<string, number>>;
}

/** What psutil says of a process, and what it is to say. */
function figuresOf(process: PsutilProcess): Record<string, unknown> {
  const times = process['cpu_times'] as Record<string, number>;
  const memory = process['memory_info'] as Record<string, number>;
  return {
    name: process['name'],
    ppid: process['ppid'],
    status: process['status'],
    cmdline: process['cmdline'],
    user: times['user'],
    system: times['system'],
    start: process['create_time'],
    rss: memory['rss'],
    vms: memory['vms'],
    threads: process['num_threads'],
    each: (process['threads'] as Record<string, number>[]).map((each) => each['user_time']),
    uids: process['uids'],
    gids: process['gids'],
    switches: process['num_ctx_switches'],
  };
}

function expectedOf(known: (typeof KNOWN.processes)[number]): Record<string, unknown> {
  return {
    name: 'test',
    ppid: known.ppid,
    status: known.status,
    cmdline: ['/bin/test', 'known'],
    user: known.user / SECOND,
    system: known.system / SECOND,
    start: BOOTTIME + known.start / SECOND,
    rss: known.pages * PAGE,
    vms: known.pages * PAGE,
    threads: known.threads.length,
    each: known.threads.map((user) => user / SECOND),
    uids: known.uids,
    gids: known.gids,
    switches: known.switches,
  };
}

describe('outside readers of an exported tree', () => {
  let folder: string;
  let place: string;

  before(async function () {
    this.timeout(120_000);
    const missing = await missingClients();
    if (missing !== null) {
      console.log(`      skipped: ${missing}`);
      this.skip();
    }
    folder = mkdtempSync(join(tmpdir(), 'smplab-clients-'));
    place = join(folder, 'proc');
    new HostTree(place).write(knownMachine());
  });
  after(() => {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  });

  it('psutil sees the processes, ticks, start times and memory the machine has', async function () {
    this.timeout(60_000);
    const found = (await readPsutil(place)) as Psutil;
    const { cpu, ticks, memoryBytes, forks } = KNOWN;
    assert.equal(found['boot_time'], BOOTTIME);
    const times = cpu.map(({ user, system }) => ({
      user: user / SECOND,
      system: system / SECOND,
      idle: (ticks - user - system) / SECOND,
    }));
    const shown = (found['per_cpu_times'] as Record<string, number>[]).map(({ user, system, idle }) => ({
      user,
      system,
      idle,
    }));
    assert.deepEqual(shown, times);
    const machine = found['cpu_times'] as Record<string, number>;
    const sum = (of: 'user' | 'system'): number => cpu.reduce((all, each) => all + each[of], 0) / SECOND;
    assert.deepEqual([machine['user'], machine['system']], [sum('user'), sum('system')]);
    assert.equal(found.virtual_memory['total'], memoryBytes);
    assert.equal(found.virtual_memory['available'], found.virtual_memory['free']);
    assert.deepEqual((found['swap_memory'] as Record<string, number>)['total'], 0);
    assert.deepEqual([found['disks'], found['networks']], [{}, {}]);
    assert.equal(forks, KNOWN.processes.length - 1);
    for (const known of KNOWN.processes) {
      const process = found.processes.find(({ pid }) => pid === known.pid);
      assert.ok(process !== undefined, `process ${known.pid}`);
      assert.deepEqual(figuresOf(process), expectedOf(known), `process ${known.pid}`);
    }
    const pids = KNOWN.processes.map(({ pid }) => pid);
    assert.deepEqual(
      (found['pids'] as number[]).filter((pid) => pid > 1),
      pids,
    );
  });

  it('the node exporter sees the ticks, the load, the memory and the threads it has', async function () {
    this.timeout(60_000);
    const metrics = await readNodeExporter(place);
    const metric = (name: string): number => {
      const value = metrics.get(name);
      assert.ok(value !== undefined, `there is no ${name}`);
      return value;
    };
    const { cpu, ticks, load, memoryBytes, forks } = KNOWN;
    for (const [cpuid, { user, system }] of cpu.entries()) {
      const seconds = (mode: string): number =>
        metric(`node_cpu_seconds_total{cpu="${cpuid}",mode="${mode}"}`);
      assert.deepEqual(
        [seconds('user'), seconds('system'), seconds('idle'), seconds('nice')],
        [user / SECOND, system / SECOND, (ticks - user - system) / SECOND, 0],
      );
    }
    assert.deepEqual([metric('node_load1'), metric('node_load5'), metric('node_load15')], load);
    assert.equal(metric('node_memory_MemTotal_bytes'), memoryBytes);
    assert.equal(metric('node_boot_time_seconds'), BOOTTIME);
    assert.equal(metric('node_forks_total'), forks);
    assert.equal(metric('node_vmstat_pswpin'), 0);
    const threads = KNOWN.processes.reduce((all, each) => all + each.threads.length, 0);
    // init besides.
    assert.equal(metric('node_processes_threads'), threads + 1);
    const failed = [...metrics].filter(
      ([name, value]) => name.startsWith('node_scrape_collector_success') && value !== 1,
    );
    // There are no disks: a collector that finds none says so.
    assert.deepEqual(failed, []);
  });
});
