import assert from 'node:assert/strict';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { siteOf } from '../../src/examine/site.ts';

const OWN = fileURLToPath(new URL('../../src/objects/atomic.ts', import.meta.url));

describe('the source line of a stack', () => {
  it('is the first frame outside the explorer and Node, relative to the working directory', () => {
    const user = `${process.cwd()}/folder/user.ts`;
    const stack = [
      'Error: text',
      `    at Atomic.load (${OWN}:10:3)`,
      '    at Generator.next (<anonymous>)',
      '    at process.processTicks (node:internal/process/task_queues:95:5)',
      `    at inc (${user}:12:34)`,
      `    at other (${user}:99:1)`,
    ].join('\n');
    assert.equal(siteOf(stack), 'folder/user.ts:12');
  });

  it('understands addresses of files, with and without a query', () => {
    const { href } = pathToFileURL(`${process.cwd()}/a b/user.ts`);
    assert.equal(siteOf(`Error\n    at ${href}:7:1`), 'a b/user.ts:7');
    assert.equal(siteOf(`Error\n    at inc (${href}?version=2:8:1)`), 'a b/user.ts:8');
  });

  it('keeps the whole path of what lies outside the working directory', () => {
    assert.equal(siteOf('Error\n    at inc (/elsewhere/user.ts:3:4)'), '/elsewhere/user.ts:3');
  });

  it('passes over the explorer by its sources and by what was built, whichever a stack names', () => {
    const built = OWN.replace('/src/', '/dist/').replace(/ts$/, 'js');
    const user = `${process.cwd()}/user.ts`;
    for (const own of [OWN, built]) {
      assert.equal(siteOf(`Error\n    at Atomic.load (${own}:10:3)\n    at inc (${user}:5:1)`), 'user.ts:5');
    }
  });

  it('is unknown where there is no such frame', () => {
    assert.equal(siteOf(null), null);
    assert.equal(siteOf('Error: at the end (of/this:1:2)'), null);
    assert.equal(siteOf(`Error\n    at Atomic.load (${OWN}:10:3)`), null);
  });

  it('passes over the kernel packages, built or not, where a line of the user is left', () => {
    const user = `${process.cwd()}/user.ts`;
    for (const name of ['kmem', 'token', 'lwkt', 'machine']) {
      for (const folder of ['src', 'dist']) {
        const kernel = OWN.replace(/explore\/src\/.*/, `${name}/${folder}/deep/file.js`);
        const stack = `Error\n    at arm (${kernel}:1:1)\n    at body (${user}:5:1)`;
        assert.equal(siteOf(stack), 'user.ts:5');
      }
    }
  });

  it('is the innermost one of the kernel where nothing else is on the stack', () => {
    const [inner, outer] = ['token', 'lwkt'].map((name) => OWN.replace(/explore\/.*/, `${name}/src/a.ts`));
    const stack = `Error\n    at arm (${OWN}:1:1)\n    at get (${inner}:2:1)\n    at run (${outer}:3:1)`;
    assert.equal(siteOf(stack), 'packages/token/src/a.ts:2');
  });

  it('does not take the tests of the kernel for the kernel', () => {
    const test = OWN.replace(/explore\/.*/, 'machine/test/a.test.ts');
    assert.equal(siteOf(`Error\n    at body (${test}:4:1)`), 'packages/machine/test/a.test.ts:4');
  });

  it('is that of this test for a stack taken here', () => {
    assert.match(
      siteOf(new Error().stack ?? null) ?? '',
      /^packages\/explore\/test\/examine\/site\.test\.ts:\d+$/,
    );
  });
});
