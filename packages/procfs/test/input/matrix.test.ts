import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMachine } from '@smplab/machine';
import { describe, it } from 'mocha';
import { DOCUMENTS, type Node, type Tree } from './document.ts';
import { type Caller, E, Expectation, modeOf, ownerOf, type Target, type World } from './expectation.ts';

const ASKER = new URL('../fixtures/permission-asker.mjs', import.meta.url);
const OWNER = 7;
/** No process has it. */
const GONE = 30_000;
/** The trees as arguments of mount name them. */
const TREES: readonly Tree[] = ['netbsd', 'freebsd', 'linux', 'readme'];
const PROBLEMS_SHOWN = 60;
/** One question in so many about processes; all of them in `npm run campaign:procfs-matrix`. */
const PARTS = process.env['SMPLAB_FULL_MATRIX'] === '1' ? 1 : 2;

const CALLERS: readonly Caller[] = [
  { name: 'root', ruid: 0, euid: 0, egid: 0 },
  { name: 'the owner', ruid: OWNER, euid: OWNER, egid: OWNER },
  { name: 'one of its group', ruid: 8, euid: 8, egid: OWNER },
  { name: 'a stranger', ruid: 9, euid: 9, egid: 9 },
  { name: 'a stranger in the rights of the owner', ruid: 9, euid: OWNER, egid: 9 },
  { name: 'the owner in the rights of a stranger', ruid: OWNER, euid: 9, egid: 9 },
  { name: 'the owner in the rights of root', ruid: OWNER, euid: 0, egid: 0 },
  { name: 'root in a jail', ruid: 0, euid: 0, egid: 0, isJailed: true },
  { name: 'the owner in a jail', ruid: OWNER, euid: OWNER, egid: OWNER, isJailed: true },
];

/** In the order in which the asker has them. */
const TARGETS: readonly Target[] = [
  { name: 'plain', ruid: OWNER, euid: OWNER, egid: OWNER },
  { name: 'raised', ruid: OWNER, euid: 0, egid: OWNER, isRaised: true },
  { name: 'zombie', ruid: OWNER, euid: OWNER, egid: OWNER, isRaised: true },
  { name: 'kernel', ruid: 0, euid: 0, egid: 0 },
  { name: 'init', ruid: 0, euid: 0, egid: 0 },
  { name: 'gone', ruid: 0, euid: 0, egid: 0 },
];

type Answers = Readonly<Record<string, (e: Expectation, node: Node) => number>>;

/** Operations on the name of a node, none of which follows a link. */
const ON_NAMES: Answers = {
  lstat: (e) => e.named(),
  readlink: (e, node) => e.named(node.kind === 'l' ? 0 : E.EINVAL),
  unlink: (e) => e.removed(),
  rmdir: (e) => e.removed(),
  'rename away': (e) => e.removed(),
  'rename to': (e) => e.removed(),
  'link to': (e) => e.made(),
  mkdir: (e) => e.made(),
  symlink: (e) => e.made(),
  'open to make': (e) => e.made(),
};

const ON_LINKS: Answers = { 'open a link': (e) => e.named(E.ELOOP) };

const ON_NODES: Answers = {
  stat: (e) => e.named(),
  'access 0': (e) => e.accessed(0),
  'access to read': (e) => e.accessed(4),
  'access to write': (e) => e.accessed(2),
  'access to execute': (e) => e.accessed(1),
  'access to do all': (e) => e.accessed(7),
  chdir: (e) => e.chdir(),
  'open r': (e) => e.opened(true, false),
  'open w': (e) => e.opened(false, true),
  'open rw': (e) => e.opened(true, true),
};

/** Not asked of the text of a process: they would change, or run, a file of the root file system. */
const ON_OWN_NODES: Answers = {
  chmod: (e) => e.named(),
  chown: (e) => e.named(),
  utimes: (e) => e.named(),
  truncate: (e) => e.truncated(),
  link: (e) => e.named(E.EXDEV),
  execve: (e) => e.named(E.EACCES),
  'read, open r': (e) => e.opened(true, false) || e.read(),
  'read, open w': (e) => e.opened(false, true) || E.EBADF,
  'read, open rw': (e) => e.opened(true, true) || e.read(),
  'write, open r': (e) => e.opened(true, false) || E.EBADF,
  'write, open w': (e) => e.opened(false, true) || e.written(),
  'write, open rw': (e) => e.opened(true, true) || e.written(),
  'getdents, open r': (e) => e.opened(true, false) || e.listed(),
  'getdents, open w': (e) => e.opened(false, true) || E.EBADF,
  'getdents, open rw': (e) => e.opened(true, true) || e.listed(),
};

/** A directory is never open to write, so there is nothing to be emptied. */
const ON_FILES: Answers = {
  'empty w': (e) => e.opened(false, true),
  'empty rw': (e) => e.opened(true, true),
};

/** What is asked of a kind of node, and what the document answers. */
const ASKED: Readonly<Record<string, Answers>> = {
  l: { ...ON_NAMES, ...ON_LINKS },
  p: ON_NAMES,
  t: { ...ON_NAMES, ...ON_NODES },
  d: { ...ON_NAMES, ...ON_NODES, ...ON_OWN_NODES },
  '-': { ...ON_NAMES, ...ON_NODES, ...ON_OWN_NODES, ...ON_FILES },
};

/** What depends on who sees whom: asked behind a curtain, and where a mount shows less. */
const ABOUT_NAMES = new Set([
  'lstat',
  'stat',
  'unlink',
  'mkdir',
  'access to read',
  'chdir',
  'open r',
  'open rw',
]);

/** The operations asked of a kind of node, in order. */
function operationsOf({ isCompat, isCurtained }: World, kind: string): [string, Answers[string]][] {
  const asked = Object.entries(ASKED[kind]);
  return isCurtained || !isCompat ? asked.filter(([operation]) => ABOUT_NAMES.has(operation)) : asked;
}

/** Has a live machine answer all questions about a tree; lines of the asker. */
async function answersOf(world: World): Promise<readonly string[]> {
  const { tree, isCompat, isCurtained } = world;
  const flags = isCompat ? 1 : 0;
  const nodes = DOCUMENTS[tree].map(({ path, kind }) => ({
    path,
    operations: operationsOf(world, kind).map(([operation]) => operation),
  }));
  const mount = [1, flags, TREES.indexOf(tree)];
  const plan = {
    profile: tree,
    flags,
    isCurtained,
    owner: OWNER,
    gone: GONE,
    callers: CALLERS,
    nodes,
    mount,
    parts: PARTS,
  };
  const folder = mkdtempSync(join(tmpdir(), 'smplab-matrix-'));
  try {
    const file = join(folder, 'plan.json');
    writeFileSync(file, JSON.stringify(plan));
    const asker = new URL(ASKER);
    asker.searchParams.set('plan', file);
    const lines: string[] = [];
    const machine = createMachine({
      cpus: 1,
      images: [{ module: asker.href }],
      timeLimitSeconds: 120,
      onLog: (_cpu, text) => lines.push(text),
    });
    const { outcome, message } = await machine.run();
    assert.equal(outcome, 'halted', message);
    return lines;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What is wrong with the answers about one node of one process to one caller. */
function problemsIn(world: World, line: string): string[] {
  const [caller, target, node, errnos, like] = line.split('|');
  const [who, whose, what] = [CALLERS[+caller], TARGETS[+target], DOCUMENTS[world.tree][+node]];
  const e = new Expectation(world, what, whose, who);
  const found = errnos.split(',').map(Number);
  const problems = operationsOf(world, what.kind).flatMap(([operation, answer], at) => {
    const expected = answer(e, what);
    return found[at] === expected ? [] : [`${operation}: ${found[at]}, not ${expected}`];
  });
  const attributes = `${modeOf(what, whose).toString(8)} ${ownerOf(what, whose).join(' ')}`;
  if (e.isThere && like !== attributes) problems.push(`is ${like}, not ${attributes}`);
  const isAbout = what.path.startsWith('N') ? ` of ${whose.name}` : '';
  return problems.map((problem) => `${who.name}, ${what.path}${isAbout}: ${problem}`);
}

async function compare(world: World): Promise<void> {
  const lines = await answersOf(world);
  const asked = DOCUMENTS[world.tree].flatMap(({ path }, node) => {
    if (!path.startsWith('N')) return CALLERS.map(() => 1);
    const isAsked = (caller: number, target: number): boolean => (caller + target + node) % PARTS === 0;
    return CALLERS.map((_, caller) => TARGETS.filter((_target, at) => isAsked(caller, at)).length);
  });
  assert.equal(
    lines.length,
    asked.reduce((sum, count) => sum + count, 0),
  );
  const problems = lines.flatMap((line) => problemsIn(world, line));
  const shown = problems.slice(0, PROBLEMS_SHOWN).join('\n');
  assert.equal(problems.length, 0, `${problems.length} answers are not those of the document:\n${shown}`);
}

describe('any operation on any node by anybody', () => {
  for (const tree of TREES) {
    it(`ends as the document says, in the tree ${tree}`, async () => {
      await compare({ tree, isCompat: true, isCurtained: false });
    });

    it(`ends as the document says behind a curtain, in the tree ${tree}`, async () => {
      await compare({ tree, isCompat: true, isCurtained: true });
    });
  }

  it('ends as the document says on a mount without PROCFSMNT_LINUXCOMPAT', async () => {
    await compare({ tree: 'netbsd', isCompat: false, isCurtained: false });
  });
});
