/** Scenario files that are wrong in every way seen so far: each gets a clear message and the right status. */
import assert from 'node:assert/strict';
import { Workshop } from './smplab-process.ts';

interface BadFile {
  readonly title: string;
  readonly text: string;
  readonly says: RegExp;
  /** Needs the watchdog, which is given enough time for a busy machine to load the file. */
  readonly hangs?: true;
}

const body = (text: string): string => `@ export default scenario('bad', function* (s) { ${text} });`;

const watched = (hangs: true | undefined): string[] => (hangs === true ? ['--watchdog', '2'] : []);

/** Refused before anything is explored: status 2, one line on stderr. */
const REFUSED: readonly BadFile[] = [
  { title: 'throws at load', text: "throw new Error('no database');", says: /no database/ },
  { title: 'exports nothing', text: 'const a = 1;', says: /exports no scenario/ },
  { title: 'exports no scenario', text: 'export default 3;', says: /exports no scenario/ },
  { title: 'imports what is not there', text: "import './gone.ts';", says: /gone/ },
  { title: 'has a syntax error', text: 'const a: = 1;', says: /bad\.ts:1: Unexpected token/ },
  { title: 'loops for ever at load', text: 'while (true) {}', says: /2 s.*loop for ever/, hangs: true },
  { title: 'exits at load', text: 'process.exit(0);', says: /ended its worker thread/ },
];

/** Explored, and found to be misused: status 1, and the message says how. */
const MISUSED: readonly BadFile[] = [
  {
    title: 'never yields',
    text: body('while (true) {}'),
    says: /2 s without reaching an operation/,
    hangs: true,
  },
  {
    title: 'loops for ever without an operation after its first step',
    text: body("const x = s.atomic('x', 0); yield* x.load(); for (;;) {}"),
    says: /2 s without reaching an operation, after x\.load\(\)/,
    hangs: true,
  },
  {
    title: 'creates a million objects',
    text: body("for (let i = 0; i < 1e6; i++) s.cell('c' + i, 0);"),
    says: /more than \d+ objects/,
  },
  {
    title: 'uses an object of another run',
    text: body("x ??= s.atomic('x', 0); yield* x.add(1);").replace('@', '@ let x;'),
    says: /created in another run/,
  },
  {
    title: 'awaits a promise',
    text: body('await Promise.resolve();').replace('function*', 'async function*'),
    says: /promises cannot be explored/,
  },
  { title: 'yields a promise', text: body('yield Promise.resolve();'), says: /promises cannot be explored/ },
  {
    title: 'forgets a yield*',
    text: body("const x = s.atomic('x', 0); x.load(); yield* x.load();"),
    says: /yield\*/,
  },
];

describe('a scenario file', () => {
  const workshop = new Workshop();
  after(() => workshop.remove());

  for (const [index, { title, text, says, hangs }] of REFUSED.entries()) {
    it(`that ${title} is refused`, async () => {
      const name = `refused-${index}/bad.ts`;
      workshop.write(name, text);
      const { status, stdout, stderr } = await workshop.smplab('explore', name, ...watched(hangs));
      assert.deepEqual([status, stdout], [2, ''], stderr);
      assert.match(stderr, /^smplab: [^\n]*\n$/);
      assert.match(stderr, says);
    });
  }

  for (const [index, { title, text, says, hangs }] of MISUSED.entries()) {
    it(`that ${title} is told how it is misused`, async () => {
      const name = `misused-${index}/bad.ts`;
      workshop.write(name, text);
      const { status, stdout, stderr } = await workshop.smplab('explore', name, '--json', ...watched(hangs));
      assert.equal(status, 1, stderr);
      const result = JSON.parse(stdout) as { verdict: string; message: string };
      assert.equal(result.verdict, 'scenario-misuse');
      assert.match(result.message, says);
    });
  }
});

describe('a failure', () => {
  const workshop = new Workshop();
  after(() => workshop.remove());

  it('is not hidden by a catch or a finally around it', async () => {
    const caught =
      "try { s.assert((yield* x.load()) === 0, 'x is 0'); } catch {} finally { yield* x.load(); }";
    const spawned = "const t = yield* s.spawn('t', function* () { yield* x.store(1); });";
    workshop.write('caught.ts', body(`const x = s.atomic('x', 0); ${spawned} ${caught} yield* t.join();`));
    const { status, stdout } = await workshop.smplab('explore', 'caught.ts', '--json');
    assert.equal(status, 1);
    const { verdict, message } = JSON.parse(stdout) as { verdict: string; message: string };
    assert.deepEqual([verdict, message], ['assertion', 'x is 0']);
  });

  it('of a worker thread ends neither the search nor the command', async () => {
    const text = body("const x = s.atomic('x', 0); yield* x.load(); if (++runs === 300) process.exit(7);");
    workshop.write('dies.ts', text.replace('@', '@ let runs = 0;'));
    const { status, stdout } = await workshop.smplab(
      'explore',
      'dies.ts',
      '--json',
      '--workers',
      '1',
      '--strategy',
      'random',
    );
    const { verdict, notes } = JSON.parse(stdout) as { verdict: string; notes: string[] };
    assert.equal(status, 1, stdout);
    assert.equal(verdict, 'panic');
    assert.match(notes.join('\n'), /worker thread died/);
  });
});
