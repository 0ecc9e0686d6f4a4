import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { FIXED, LOST_UPDATE, Workshop } from '../smplab-process.ts';

/** Reports its thousandth schedule, so that a test knows that the search is under way. */
const ENDLESS = `@
let schedules = 0;
export default scenario('endless', function* (s) {
  if (++schedules === 1000) process.stderr.write('searching\\n');
  const x = s.atomic('x', 0);
  const t = yield* s.spawn('t', function* () { yield* x.add(1); yield* x.add(1); });
  yield* x.add(1);
  yield* t.join();
});
`;

describe('smplab explore', () => {
  const workshop = new Workshop();
  after(() => workshop.remove());

  before(() => {
    workshop.write('lost-update.ts', LOST_UPDATE);
    workshop.write('fixed.ts', FIXED);
  });

  it('shows the interleaving that fails, and ends with status 1', async () => {
    const { status, stdout, stderr } = await workshop.smplab('explore', 'lost-update.ts');
    assert.deepEqual([status, stderr], [1, '']);
    assert.match(stdout, /^✗ assertion in "lost update": x must be 2 .*schedule \d+ · \w+ · seed 1/);
    assert.match(stdout, /⇄ x\.load\(\) → 0 +lost-update\.ts:8/);
    assert.match(stdout, /x → 1 ✗ +lost-update\.ts:12/);
    assert.match(stdout, /t2's update is lost|t1's update is lost/);
  });

  it('ends with status 0 when there is nothing to find', async () => {
    const { status, stdout, stderr } = await workshop.smplab('explore', 'fixed.ts');
    assert.deepEqual([status, stderr], [0, '']);
    assert.match(stdout, /^✓ proved "lost update"/);
  });

  it('prints one JSON value of the agreed shape and nothing else', async () => {
    const { status, stdout, stderr } = await workshop.smplab(
      'explore',
      'lost-update.ts',
      '--json',
      '--seed',
      '5',
    );
    assert.deepEqual([status, stderr], [1, '']);
    const result = JSON.parse(stdout) as Record<string, unknown>;
    const { scenario, verdict, message, races, seed, classes, complete, bound, strands } = result;
    assert.deepEqual(
      { scenario, verdict, message, races, seed, classes, complete, bound, strands },
      {
        ...{ scenario: 'lost update', verdict: 'assertion', message: 'x must be 2', races: [], seed: 5 },
        ...{ classes: null, complete: false, bound: null, strands: ['main', 'main/t1', 'main/t2'] },
      },
    );
    for (const key of ['schedules', 'steps', 'contextSwitches', 'preemptions', 'cpuSeconds']) {
      assert.equal(typeof result[key], 'number', key);
    }
    assert.match(String(result['schedule']), /^v1:[\w-]+$/);
    const load = (result['trace'] as Record<string, unknown>[]).find((step) => step['op'] === 'load');
    assert.deepEqual([load?.['object'], load?.['value'], load?.['at']], ['x', 0, 'lost-update.ts:8']);
  });

  it('takes files and names of the catalogue mixed, in order', async () => {
    const { status, stdout } = await workshop.smplab('explore', 'fixed.ts', 'deadlock01', '--json');
    assert.equal(status, 1);
    const results = JSON.parse(stdout) as { scenario: string; verdict: string }[];
    assert.deepEqual(
      results.map((each) => `${each.scenario}: ${each.verdict}`),
      ['lost update: proved', 'deadlock01: deadlock'],
    );
  });

  it('takes several scenarios of one file, and sums up', async () => {
    const both =
      LOST_UPDATE.replace('export default scenario(', 'const one = scenario(') +
      "export default [one, scenario('quiet', function* (s) { yield* s.fence(); })];\n";
    workshop.write('several.ts', both);
    const json = await workshop.smplab('explore', 'several.ts', '--json');
    assert.equal((JSON.parse(json.stdout) as unknown[]).length, 2);
    const { stdout } = await workshop.smplab('explore', 'several.ts');
    assert.match(
      stdout,
      /\n2 scenarios explored, 2 with findings: lost update \(assertion\), quiet \(nothing-concurrent\)\n$/,
    );
  });

  it('is the same search for any number of workers', async () => {
    const [one, two] = await Promise.all(
      ['1', '2'].map((count) => workshop.smplab('explore', 'lost-update.ts', '--json', '--workers', count)),
    );
    const without = (text: string): unknown => ({ ...(JSON.parse(text) as object), cpuSeconds: 0, steps: 0 });
    assert.deepEqual(without(one.stdout), without(two.stdout));
  });
});

describe('smplab explore on the way', () => {
  const workshop = new Workshop();
  after(() => workshop.remove());

  it('writes files on request and says so on stderr', async () => {
    workshop.write('lost-update.ts', LOST_UPDATE);
    const { stderr } = await workshop.smplab('explore', 'lost-update.ts', '--out', 'found');
    assert.match(stderr, /^wrote found\/lost-update\.schedule/);
    assert.equal(readdirSync(join(workshop.folder, 'found')).length, 3);
  });

  it('ends at Ctrl-C with what was found so far', async () => {
    workshop.write('endless.ts', ENDLESS);
    const args = ['explore', 'endless.ts', '--strategy', 'random', '--schedules', '1000000000', '--json'];
    let isSent = false;
    const { status, stdout, stderr } = await workshop.run(...workshop.command(...args), (text, child) => {
      if (text.includes('searching') && !isSent) isSent = child.kill('SIGINT');
    });
    assert.equal(status, 0, stderr);
    const result = JSON.parse(stdout) as { verdict: string; schedules: number };
    assert.equal(result.verdict, 'none');
    assert.ok(result.schedules > 0 && result.schedules < 1e9);
    assert.match(stderr, /interrupted/);
  });

  it('refuses fix switches of a plain scenario, and those that are none', async () => {
    const plain = await workshop.smplab('explore', 'deadlock01', '--as-seed', 'all');
    assert.equal(plain.status, 2);
    assert.match(plain.stderr, /^smplab: --as-seed is for .*"deadlock01" is a plain scenario/);
    const unknown = await workshop.smplab('explore', 'tsleep-ident-fixed', '--as-seed', 'nothing');
    assert.equal(unknown.status, 2);
    assert.match(unknown.stderr, /^smplab: there is no fix switch "nothing": known are .*tsleep-ident/);
  });

  it('runs processes on historical code on request, and says so', async () => {
    const processes = ['explore', 'enterpgrp-revalidate-fixed', '--schedules', '200', '--no-shrink'];
    const seeded = await workshop.smplab(...processes, '--as-seed', 'enterpgrp-revalidate');
    assert.match(
      seeded.stdout,
      /^✗ assertion in "enterpgrp-revalidate-fixed"[^]*asSeed enterpgrp-revalidate/,
    );
    assert.doesNotMatch(seeded.stdout, /undefined|object Object/);
  });

  it('ends in time when its time is limited', async () => {
    workshop.write('endless.ts', ENDLESS);
    const args = [
      'explore',
      'endless.ts',
      '--strategy',
      'random',
      '--schedules',
      '1000000000',
      '--time-limit',
      '0.2',
    ];
    const { status, stdout } = await workshop.smplab(...args);
    assert.equal(status, 0);
    assert.match(stdout, /^✓ nothing found in "endless"/);
  });

  it('has colours only where they are wanted', async () => {
    workshop.write('lost-update.ts', LOST_UPDATE);
    const escape = String.fromCharCode(27);
    const plain = await workshop.smplab('explore', 'lost-update.ts');
    assert.ok(!plain.stdout.includes(escape));
    const [command, args] = workshop.command('explore', 'lost-update.ts');
    const forced = await workshop.run('/usr/bin/env', ['FORCE_COLOR=1', command, ...args]);
    assert.ok(forced.stdout.includes(escape));
  });
});
