import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { explore } from '../src/campaign/explore.ts';
import type { Program } from '../src/engine/execution.ts';
import { explores, type ExploresOptions, FindingError } from '../src/mocha.ts';
import { abba, guarded, lostUpdate, racy } from './campaign/programs.ts';

const ROOT = new URL('../../..', import.meta.url);
const TITLE = `it's "this" $HOME (a+b)? [x] \\ \`ls\``;

/** A spec file as users write them; only its imports are by address, because it lies elsewhere. */
const SPEC = `
import { explores } from '${new URL('../src/mocha.ts', import.meta.url).href}';
import { scenario } from '${new URL('../src/scenario.ts', import.meta.url).href}';
import type { ScenarioBody } from '${new URL('../src/scenario.ts', import.meta.url).href}';

const twice = (atomic: boolean): ScenarioBody =>
  function* (s) {
    const x = s.atomic('x', 0);
    const inc = function* () {
      if (atomic) yield* x.add(1);
      else yield* x.store((yield* x.load()) + 1);
    };
    const t1 = yield* s.spawn('t1', inc);
    const t2 = yield* s.spawn('t2', inc);
    yield* t1.join();
    yield* t2.join();
    s.assert(x.peek() === 2, 'x must be 2');
  };

describe('a counter', () => {
  it(${JSON.stringify(TITLE)}, explores(scenario('lost update', twice(false))));
  it('is right', explores(scenario('found update', twice(true))));
});
`;

interface Ran {
  readonly status: number | null;
  readonly output: string;
}

/** Runs a command line through a shell at the root of the workspace. */
function run(command: string, environment: NodeJS.ProcessEnv = {}): Ran {
  const { SMPLAB_REPLAY: _, ...inherited } = process.env;
  const env = { ...inherited, ...environment };
  const { status, stdout, stderr } = spawnSync('sh', ['-c', command], { cwd: ROOT, env, encoding: 'utf8' });
  return { status, output: stdout + stderr };
}

/** Runs the body that `explores` makes, as mocha would; the error with which it failed, null if it passed. */
function fails(program: Program, options: ExploresOptions = {}, replay = ''): FindingError | null {
  const before = process.env['SMPLAB_REPLAY'];
  process.env['SMPLAB_REPLAY'] = replay;
  try {
    const test = { file: join(process.cwd(), 'some/spec.ts'), fullTitle: () => 'a title' };
    explores(program, options).call({ timeout: () => undefined, test });
    return null;
  } catch (error) {
    assert.ok(error instanceof FindingError, String(error));
    return error;
  } finally {
    if (before === undefined) delete process.env['SMPLAB_REPLAY'];
    else process.env['SMPLAB_REPLAY'] = before;
  }
}

describe('a mocha file that explores', () => {
  let folder = '';
  let spec = '';
  let first: Ran = { status: null, output: '' };

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'smplab-mocha-'));
    mkdirSync(join(folder, `user's specs`));
    spec = join(folder, `user's specs`, 'counter.test.mts');
    writeFileSync(spec, SPEC);
    first = run(`npx mocha "${spec}"`);
  });

  after(() => {
    rmSync(folder, { recursive: true });
  });

  const commandIn = (output: string): string => /SMPLAB_REPLAY=.*$/m.exec(output)?.[0] ?? 'no command';

  it('fails the test that has a finding, and no other', () => {
    assert.notEqual(first.status, 0);
    assert.match(first.output, /1 passing/);
    assert.match(first.output, /1 failing/);
  });

  it('shows the table, with a column for each thread and the lines of the file', () => {
    assert.match(first.output, /assertion in "lost update": x must be 2/);
    assert.match(first.output, /main +t1 +t2/);
    assert.match(first.output, /⇄ x\.load\(\) → 0 .*counter\.test\.mts:\d+/);
    assert.match(first.output, /x → 1 ✗/);
  });

  it('prints a command that works verbatim and shows the same failure', () => {
    const command = commandIn(first.output);
    const again = run(command);
    assert.notEqual(again.status, 0, `${command}\n${again.output}`);
    assert.match(again.output, /1 failing/);
    assert.match(again.output, /0 passing/);
    const table = (output: string): string => /main +t1[^]*?x → 1 ✗/.exec(output)?.[0] ?? 'no table';
    assert.equal(table(again.output), table(first.output));
    assert.match(again.output, /replay/);
    assert.equal(commandIn(again.output), command);
  });

  it('ignores the schedule of another scenario', () => {
    const [, replay] = /SMPLAB_REPLAY=(\S+)/.exec(first.output) ?? [];
    const { output } = run(`npx mocha "${spec}" -g "is right"`, { SMPLAB_REPLAY: replay });
    assert.match(output, /1 passing/);
    assert.doesNotMatch(output, /failing/);
  });
});

describe('explores', () => {
  it('passes when there is no finding', () => {
    assert.equal(fails(guarded), null);
  });

  it('fails with the result for tools and the report for people', () => {
    const error = fails(lostUpdate);
    assert.equal(error?.result.verdict, 'assertion');
    assert.equal(error.name, 'FindingError');
    assert.match(error.message, /x must be 2/);
    assert.match(error.message, /SMPLAB_REPLAY=v1:\S+ npx mocha some\/spec\.ts -g 'a title'/);
    assert.ok(error.stack?.startsWith('FindingError: '));
  });

  it('hands its options on', () => {
    assert.equal(fails(lostUpdate, { strategy: 'dfs', preemptions: 0 }), null);
    assert.equal(fails(lostUpdate, { seed: 77 })?.result.seed, 77);
  });

  it('passes a known bug as long as it is found', () => {
    assert.equal(fails(lostUpdate, { expects: 'assertion' }), null);
    assert.equal(fails(abba, { expects: 'deadlock' }), null);
    assert.match(
      fails(guarded, { expects: 'assertion' })?.message ?? '',
      /^expected the verdict assertion, found proved/,
    );
    assert.match(
      fails(lostUpdate, { expects: 'deadlock' })?.message ?? '',
      /^expected the verdict deadlock, found assertion/,
    );
  });

  it('replays the schedule in the environment instead of exploring', () => {
    for (const program of [lostUpdate, abba, racy]) {
      const found = fails(program, { schedules: 200 });
      const again = fails(program, {}, found?.result.schedule ?? '');
      assert.equal(again?.result.strategy, 'replay', program.name);
      assert.equal(again.result.verdict, found?.result.verdict);
      assert.deepEqual(again.result.trace, found?.result.trace);
    }
  });

  it('explores as usual when the schedule is of another scenario', () => {
    const schedule = explore(abba).schedule ?? '';
    assert.equal(fails(guarded, {}, schedule), null);
    assert.equal(fails(lostUpdate, {}, schedule)?.result.strategy, explore(lostUpdate).strategy);
  });

  it('fails when the schedule is damaged, and says so', () => {
    assert.throws(() => fails(guarded, {}, 'v1:AAAA'), /damaged/);
  });

  it('works without what mocha knows of the test', () => {
    assert.throws(() => explores(lostUpdate).call({ timeout: () => undefined }), FindingError);
  });

  it('switches the timeout of the test off', () => {
    const timeouts: number[] = [];
    explores(guarded).call({ timeout: (milliseconds) => timeouts.push(milliseconds) });
    assert.deepEqual(timeouts, [0]);
  });
});
