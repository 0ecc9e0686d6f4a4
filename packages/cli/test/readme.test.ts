import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Workshop } from './smplab-process.ts';

/** An example of a README, the first by default. */
function example(path: string, number = 0): string {
  const text = readFileSync(new URL(path, import.meta.url), 'utf8');
  return [...text.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code]) => code)[number] ?? '';
}

describe('the example of a README', () => {
  const workshop = new Workshop();
  after(() => workshop.remove());

  it('finds what the README of the command says', async () => {
    workshop.write('lost-update.ts', example('../README.md'));
    const { status, stdout } = await workshop.smplab('explore', 'lost-update.ts');
    assert.equal(status, 1);
    assert.match(stdout, /^✗ assertion in "lost update": x must be 2/);
  });

  it('finds what the README of the repository says', async () => {
    workshop.write('last-reference.ts', example('../../../README.md'));
    const { status, stdout } = await workshop.smplab('explore', 'last-reference.ts');
    assert.equal(status, 1);
    assert.match(stdout, /^✗ double-free in "last reference": main\/[ab] frees object#1 a second time/);
  });

  it('finds and boots what the README of the repository says of the kernel', async () => {
    workshop.write('two-writers.ts', example('../../../README.md', 1));
    const { status, stdout } = await workshop.smplab('explore', 'two-writers.ts');
    assert.equal(status, 1);
    assert.match(stdout, /^✗ assertion in "two writers": both writes count/);
    assert.match(stdout, /atomicity break: cpu[01]\/writer read counter under a token, then slept on nap/);
    const booted = await workshop.smplab('boot', 'two-writers.ts');
    assert.equal(booted.status, 1);
    assert.match(booted.stdout, /^✗ assertion "two writers": both writes count/);
    const inspected = await workshop.smplab('inspect', 'smplab-crash-two-writers.kdump');
    assert.equal(inspected.status, 0);
    assert.match(inspected.stdout, /assertion: both writes count/);
  });

  it('shows what the README of sched says of an experiment', async () => {
    const readme = readFileSync(new URL('../../sched/README.md', import.meta.url), 'utf8');
    const [, spec, shown] =
      /^## Experiments$.*?^```ts\n(.*?)^```\s+shows\s+```text\n(.*?)^```/ms.exec(readme) ?? [];
    workshop.write('latency.ts', spec);
    const { status, stdout } = await workshop.smplab('experiment', 'latency.ts');
    assert.deepEqual([status, stdout], [0, shown]);
  });

  it('runs the experiment that the README of sched has as data', async () => {
    const readme = readFileSync(new URL('../../sched/README.md', import.meta.url), 'utf8');
    workshop.write('jobs.json', /^```json\n(.*?)^```/ms.exec(readme)?.[1] ?? '');
    const { status, stdout } = await workshop.smplab('experiment', 'jobs.json', '--repetitions', '2');
    assert.equal(status, 0);
    assert.match(stdout, /^how many jobs: 8 runs/);
    assert.match(stdout, /^end of the last task /m);
  });
});
