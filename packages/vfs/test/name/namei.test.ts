import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Context, Steps } from '@smplab/lwkt';
import { EACCES, EBUSY, EEXIST, EISDIR, ENAMETOOLONG, ENOENT, ENOTDIR } from '@smplab/proc';
import { ELOOP } from '../../src/errno.ts';
import { namei, nextOf } from '../../src/name/namei.ts';
import {
  type Looker,
  ND_CREATEDIR,
  ND_FOLLOW,
  ND_WANTPARENT,
  ndfree,
  ndinit,
  NI,
} from '../../src/name/nameidata.ts';
import { do_sys_lookup, do_sys_mkdir, do_sys_symlink } from '../../src/name/path-calls.ts';
import {
  NAMEI_CREATE,
  NAMEI_DELETE,
  NAMEI_LOOKUP,
  NAMEI_RENAME,
  VA,
} from '../../src/vnode/vnode-ops-layout.ts';
import { vrele } from '../../src/vnode/vref.ts';
import { credentials } from '../fixtures/credentials.ts';
import { attribute, ramfsMachine, reach, type RootBody, writeFile } from '../fixtures/ramfs-machine.ts';
import { runs } from '../fixtures/vfs-machine.ts';

/**
 *     /dir/sub/file     /dir/up -> ..        /abs -> /dir/sub      /rel -> dir/sub/     /file
 *     /loop -> loop     /chain0 -> chain1 ... chain33 -> /file     /nowhere -> none    /long: 1000 bytes
 */
function* tree(k: Context, who: Looker): Steps {
  for (const path of ['/dir', '/dir/sub']) assert.equal(yield* do_sys_mkdir(k, who, path, 0o755), 0);
  for (const path of ['/file', '/dir/sub/file']) assert.equal(yield* writeFile(k, who, path, path), 0);
  const links = new Map([
    ['/dir/up', '..'],
    ['/abs', '/dir/sub'],
    ['/rel', 'dir/sub/'],
    ['/loop', 'loop'],
    ['/nowhere', 'none'],
    ['/long', 'x/'.repeat(500)],
    ['/chain33', '/file'],
  ]);
  for (let at = 0; at < 33; at++) links.set(`/chain${at}`, `chain${at + 1}`);
  for (const [path, target] of links) assert.equal(yield* do_sys_symlink(k, who, target, path), 0);
}

function inTree(title: string, body: RootBody): void {
  const program = ramfsMachine(title, {}, function* (k, who, ops) {
    yield* tree(k, who);
    yield* body(k, who, ops);
  });
  runs(program, { schedules: 1 });
}

describe('a path lookup', () => {
  it('leads where the names say, or to the errno of the component that does not', () => {
    const cases: readonly (readonly [string, string | number])[] = [
      ['/', '/'],
      ['///', '/'],
      ['/.', '/'],
      ['/..', '/'],
      ['/../../file', '/file'],
      ['file', '/file'],
      ['/dir//sub/./file', '/dir/sub/file'],
      ['/dir/sub/../../file', '/file'],
      ['dir/', '/dir'],
      ['dir/sub/..', '/dir'],
      ['/abs/file', '/dir/sub/file'],
      ['/rel/file', '/dir/sub/file'],
      ['/abs', '/dir/sub'],
      ['/dir/up/file', '/file'],
      ['/dir/up', '/'],
      ['/chain2', '/file'],
      ['/chain1', ELOOP],
      ['', ENOENT],
      ['/none', ENOENT],
      ['/none/file', ENOENT],
      ['/nowhere', ENOENT],
      ['/file/', ENOTDIR],
      ['/file/x', ENOTDIR],
      ['/file/.', ENOTDIR],
      ['/chain33/', ENOTDIR],
      ['/loop', ELOOP],
      ['/loop/x', ELOOP],
      ['/long/x', ENOENT],
      [`/long/${'y'.repeat(60)}`, ENAMETOOLONG],
      [`/${'x'.repeat(63)}`, ENOENT],
      [`/${'x'.repeat(64)}`, ENAMETOOLONG],
      ['/'.repeat(1023), '/'],
      ['/'.repeat(1024), ENAMETOOLONG],
    ];
    inTree('table of paths', function* (k, who) {
      for (const [path, expected] of cases) {
        const vp = yield* do_sys_lookup(k, who, path, ND_FOLLOW);
        const said = `${path.slice(0, 40)}: ${vp}`;
        if (typeof expected === 'number') assert.equal(vp, -expected, said);
        else {
          const same = yield* do_sys_lookup(k, who, expected, 0);
          assert.equal(vp, same, said);
          yield* vrele(k, same);
        }
        if (vp > 0) yield* vrele(k, vp);
      }
    });
  });

  it('gives a link that is last only to who does not follow it', () => {
    inTree('last link', function* (k, who) {
      const size = (path: string) => attribute(k, who, path, VA.va_size);
      assert.equal(yield* size('/abs'), '/dir/sub'.length);
      assert.equal(yield* attribute(k, who, '/abs/', VA.va_size), 0);
      assert.equal(yield* size('/loop'), 4);
    });
  });

  it('does not leave the root of the process, neither by dots nor by links', () => {
    inTree('jail', function* (k, who) {
      const root = yield* do_sys_lookup(k, who, '/dir', 0);
      const jailed = { ...who, root, cwd: root };
      assert.equal(yield* reach(k, jailed, '/sub/file'), 0);
      assert.equal(yield* reach(k, jailed, '/../sub/../../sub/file'), 0);
      assert.equal(yield* reach(k, jailed, '/../file'), ENOENT);
      assert.equal(yield* reach(k, jailed, '/up/file'), ENOENT);
      assert.equal(yield* do_sys_symlink(k, jailed, '/sub', '/inside'), 0);
      assert.equal(yield* reach(k, jailed, 'inside/file'), 0);
      assert.equal(yield* reach(k, who, '/dir/inside/file'), ENOENT);
      yield* vrele(k, root);
    });
  });

  it('needs permission to search in every directory on the way, also for `..`', () => {
    inTree('search', function* (k, who) {
      const cred = yield* credentials(k, { uid: 5 });
      const user = { ...who, cred };
      assert.equal(yield* do_sys_mkdir(k, who, '/dir/secret', 0o600), 0);
      assert.equal(yield* do_sys_mkdir(k, who, '/dir/secret/x', 0o777), 0);
      assert.equal(yield* reach(k, user, '/dir/secret'), 0);
      assert.equal(yield* reach(k, user, '/dir/secret/x'), EACCES);
      assert.equal(yield* reach(k, user, '/dir/secret/../sub'), EACCES);
      assert.equal(yield* reach(k, who, '/dir/secret/../sub'), 0);
      assert.equal(yield* do_sys_mkdir(k, user, '/dir/mine', 0o755), EACCES);
    });
  });

  it('with an intent gives the directory, and a name that is missing only to who makes it', () => {
    type Case = readonly [intent: number, flags: number, path: string, expected: string];
    const cases: readonly Case[] = [
      [NAMEI_CREATE, 0, '/dir/new', 'parent'],
      [NAMEI_CREATE, 0, '/dir/sub', 'parent and vnode'],
      [NAMEI_CREATE, 0, '/dir/new/', `${ENOENT}`],
      [NAMEI_CREATE, ND_CREATEDIR, '/dir/new///', 'parent'],
      [NAMEI_CREATE, 0, '/none/new', `${ENOENT}`],
      [NAMEI_CREATE, ND_FOLLOW, '/nowhere', 'parent'],
      [NAMEI_CREATE, 0, '/nowhere', 'parent and vnode'],
      [NAMEI_RENAME, 0, '/dir/new', 'parent'],
      [NAMEI_DELETE, 0, '/dir/sub', 'parent and vnode'],
      [NAMEI_DELETE, 0, '/dir/new', `${ENOENT}`],
      [NAMEI_DELETE, 0, '/', `${EISDIR}`],
      [NAMEI_DELETE, 0, '/dir/..', `${EBUSY}`],
      [NAMEI_CREATE, 0, '/', `${EISDIR}`],
      [NAMEI_LOOKUP, ND_WANTPARENT, '/dir/sub', 'parent and vnode'],
      [NAMEI_LOOKUP, 0, '/dir/sub', 'vnode'],
    ];
    inTree('intents', function* (k, who) {
      for (const [intent, flags, path, expected] of cases) {
        const ndp = yield* ndinit(k, intent, flags, path, who);
        const error = yield* namei(k, ndp);
        const [vp, dvp] = [k.words[ndp + NI.ni_vp], k.words[ndp + NI.ni_dvp]];
        const parts = [dvp === 0 ? '' : 'parent', vp === 0 ? '' : 'vnode'].filter((each) => each !== '');
        assert.equal(error === 0 ? parts.join(' and ') : `${error}`, expected, path);
        for (const each of [vp, dvp]) if (each !== 0) yield* vrele(k, each);
        yield* ndfree(k, ndp);
      }
      assert.equal(yield* do_sys_mkdir(k, who, '/dir/up', 0o755), EEXIST);
    });
  });

  it('takes a path apart as splitting at slashes does', () => {
    const path = fc.array(fc.constantFrom('/', 'a', 'b.', '..', '.'), { maxLength: 12 });
    fc.assert(
      fc.property(path, (parts) => {
        const text = parts.join('');
        const names: string[] = [];
        let mustBeDirectory = false;
        for (let rest = text; ;) {
          const component = nextOf(rest);
          if (component === null) break;
          names.push(component.name);
          ({ rest, mustBeDirectory } = component);
          assert.equal(component.isLast, rest === '');
        }
        assert.deepEqual(
          names,
          text.split('/').filter((each) => each !== ''),
        );
        assert.equal(mustBeDirectory, names.length > 0 && text.endsWith('/'));
      }),
    );
  });
});
