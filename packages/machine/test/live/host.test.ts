import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMachine, inspectionOf, type MachineReport } from '../../src/index.ts';
import { image, runLive } from '../fixtures/live-run.ts';

function assertHalted(report: MachineReport): void {
  assert.equal(report.outcome, 'halted', `${report.verdict ?? ''}: ${report.message}\n${report.stack}`);
}

/** Programs that go wrong on cpu1, what is said of each, and who is named. */
const CULPRITS: readonly (readonly [string, string, RegExp])[] = [
  ['throws an Error', 'panic', /^uncaught Error: out of order$/],
  ['throws a text', 'panic', /^threw a stone, which is no Error$/],
  ['throws nothing', 'panic', /^threw undefined, which is no Error$/],
  ['throws what has no text', 'panic', /^threw something that has no text/],
  ['fails an assertion', 'assertion', /^one is more than two$/],
  ['hides its failure', 'assertion', /^one is more than two$/],
  ['calls too deep', 'panic', /^calls are nested too deep/],
  ['exits the process', 'panic', /^cpu1 died while it ran: its program called process\.exit\(7\)$/],
  ['yields a promise', 'scenario-misuse', /yielded a promise: kernel code cannot wait for promises/],
  ['yields a number', 'scenario-misuse', /yielded something that is no operation: write yield\*/],
  ['is no generator', 'scenario-misuse', /culprit is no generator function: write function\*/],
  [
    'creates what is not registered',
    'scenario-misuse',
    /no function is registered as "nobody": registered are/,
  ],
  ['creates a function value', 'scenario-misuse', /the function value worker cannot travel to another CPU/],
  ['sends a function value', 'scenario-misuse', /a function value cannot travel to another CPU/],
  ['sends to a CPU that is not there', 'panic', /there is no cpu9 \(this machine has cpu0 to cpu1\)/],
  ['needs more memory than there is', 'panic', /^kmalloc: out of kernel memory for 40000 bytes of hunger$/],
  ['reads beyond the memory', 'null-dereference', /which is no kernel memory/],
  ['takes a wild token', 'null-dereference', /which is no kernel memory/],
  ['frees twice', 'double-free', /double-free: test block/],
  ['ends with a token', 'token-misuse', /culprit ends with tokens held/],
];

/** The same, found by the watchdog. */
const STILL: readonly (readonly [string, string, RegExp])[] = [
  [
    'computes for ever',
    'panic',
    /^cpu1 reached no operation for 1\.5 s: thread culprit computes without end/,
  ],
  ['computes for ever in a critical section', 'panic', /^cpu1 reached no operation for 1\.5 s/],
  [
    'never leaves a critical section',
    'panic',
    /^cpu1 took no interrupt for 1\.5 s: thread culprit does not leave/,
  ],
  ['sleeps outside the kernel', 'panic', /thread culprit computes without end, or sleeps outside the kernel/],
  [
    'sleeps for ever',
    'deadlock',
    /^every CPU is idle and nothing will wake main \(cpu0\), culprit \(cpu1\)$/,
  ],
];

describe('a live machine', () => {
  it('is a worker thread for each CPU, boots, and halts when the last thread has ended', async () => {
    const { report } = await runLive('nothing', 3);
    assertHalted(report);
    const ids = new Set(report.cpus.map(({ threadId }) => threadId));
    assert.equal(ids.size, 3);
    assert.ok(!ids.has(0), 'no CPU is the main thread');
  });

  for (const cpus of [2, 3, 4]) {
    it(`keeps the writers of a counter apart by a token on ${cpus} CPUs`, async () => {
      const { report, lines } = await runLive('counters', cpus, [3000]);
      assertHalted(report);
      assert.deepEqual(lines, [`counted ${2 * cpus * 3000}`]);
    });
  }

  it('loses no wakeup between two CPUs that wake each other', async () => {
    assertHalted((await runLive('turns', 2, [3000])).report);
  });

  it('runs every message once, also when senders wait for room', async () => {
    const { report } = await runLive('messages', 4, [400]);
    assertHalted(report);
    assert.ok(report.cpus.every(({ messages }) => messages >= 1200));
  });

  it('runs an interrupt thread on top of one that never gives way', async () => {
    const { report, lines } = await runLive('device', 2, [50]);
    assertHalted(report);
    assert.deepEqual(lines, ['interrupted 51']);
    assert.ok(report.cpus[1].preemptions >= 50, `${report.cpus[1].preemptions} preemptions`);
  });

  it('ends sleeps by their timeout, not before', async () => {
    assertHalted((await runLive('timeouts', 1, [10])).report);
  });

  it('gives each block of memory to one CPU only', async () => {
    assertHalted((await runLive('blocks', 2, [3000])).report);
  });

  it('gives 0 to who can go on without memory', async () => {
    const { report, lines } = await runLive('contented', 1, [], { limits: { memoryWords: 1 << 20 } });
    assertHalted(report);
    assert.deepEqual(lines, ['no more']);
  });

  it('takes the lines of a program to the last one, but not without bound', async () => {
    const few = await runLive('chatty', 1, [500]);
    assert.equal(few.lines.length, 500);
    assert.equal(few.lines.at(-1), 'line 500');
    const many = await runLive('chatty', 1, [20_000]);
    assert.match(many.lines.at(-1) ?? '', /^(line 20000|\(\d+ lines were dropped)/);
  });

  it('sleeps when there is nothing to do', async () => {
    const used = async (scenario: string): Promise<number> => {
      const before = process.cpuUsage();
      let booted = before;
      const onBooted = (): void => void (booted = process.cpuUsage());
      assertHalted((await runLive(scenario, 2, [100], { onBooted })).report);
      const { user, system } = process.cpuUsage(booted);
      return user + system;
    };
    const busy = await used('busy');
    const idle = await used('idle');
    assert.ok(idle * 3 < busy, `idle ${idle} us, busy ${busy} us`);
  });

  it('ends at its time limit and when it is halted', async () => {
    const limited = await runLive('idle', 2, [100_000], { timeLimitSeconds: 0.1 });
    assert.equal(limited.report.outcome, 'time-limit');
    const machine = createMachine({
      cpus: 2,
      images: [image('busy')],
      args: [100_000],
      onBooted: () => setImmediate(() => machine.halt()),
    });
    const report = await machine.run();
    assert.deepEqual([report.outcome, report.message], ['interrupted', 'halted from outside']);
    await assert.rejects(machine.run(), /runs once/);
  });

  it('lets what a callback of the caller throws come out of run', async () => {
    const onLog = (): void => {
      throw new Error('no paper');
    };
    await assert.rejects(runLive('chatty', 1, [5], { onLog }), /no paper/);
  });
});

describe('a live machine with a program that goes wrong', () => {
  for (const [name, verdict, message] of [...CULPRITS, ...STILL]) {
    it(`says so when it ${name}`, async () => {
      const { report } = await runLive(name, 2, [], { limits: { memoryWords: 1 << 20 } });
      assert.deepEqual([report.outcome, report.verdict], ['failed', verdict], report.message);
      assert.match(report.message, message);
      if (verdict !== 'deadlock') assert.deepEqual([report.cpu, report.thread], [1, 'culprit']);
      // Generous: a host under load must not fail this; without load it is 0.02, with the watchdog 1.6.
      assert.ok((report.runSeconds ?? 0) < 20);
    });
  }

  it('refuses an image that is not there, throws, exports nothing, or is asynchronous', async () => {
    for (const [file, message] of [
      ['nowhere.mjs', /^image nowhere\.mjs cannot be loaded: .*Cannot find module/],
      ['throwing-program.mjs', /^image throwing-program\.mjs cannot be loaded: no such luck$/],
      ['empty-program.mjs', /^image empty-program\.mjs exports no machine scenario/],
      ['async-program.mjs', /worker is async; kernel code waits for words/],
    ] as const) {
      const { report } = await runLive('', 2, [], { images: [image('', file)] });
      assert.equal(report.outcome, 'refused', report.message);
      assert.match(report.message, message);
    }
    const { report } = await runLive('nobody', 1);
    assert.match(report.message, /has no machine scenario "nobody": it has/);
  });

  it('gives up on an image that is never loaded to its end', async () => {
    const { report } = await runLive('', 2, [], {
      images: [image('', 'endless-program.mjs')],
      bootLimitSeconds: 1,
    });
    assert.deepEqual([report.outcome, report.message], ['boot-failed', 'cpu0, cpu1 did not boot within 1 s']);
  });

  it('leaves a crash dump that tells the same', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'smplab-test-'));
    try {
      const { report } = await runLive('fails an assertion', 2, [], { dumpFolder: folder, name: 'a b/c' });
      assert.equal(report.dump, join(folder, 'smplab-crash-a-b-c.kdump'));
      const { reason } = inspectionOf(report.dump ?? '');
      assert.equal(reason?.message, 'one is more than two');
      assert.equal(reason?.cpu, 1);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
