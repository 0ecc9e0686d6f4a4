import assert from 'node:assert/strict';
import type { Context, Steps } from '@smplab/lwkt';
import { describe, it } from 'mocha';
import { EINVAL, EISDIR, ENOENT, ENOMEM, ENOTDIR, EPERM } from '../../src/errno.ts';
import { procs } from '../../src/proc-kernel.ts';
import { sysctlbyname } from '../../src/sysctl/sysctl.ts';
import { G } from '../../src/table/procglob.ts';
import { runs } from '../table/fixtures/by-hand.ts';
import { actAs, byName, imprison, mibOf, sysctl, sysctlProgram, word } from './fixtures/sysctl-program.ts';

const ROWS = [{ pid: 0 }, { pid: 3 }, { pid: 4 }];
const NONE = new Uint8Array(0);
const decoder = new TextDecoder();

/** One run as root (process 3), as another user (process 4, uid 7), or as root of a prison. */
function as(who: 'root' | 'user' | 'prisoner', body: (k: Context) => Steps): () => void {
  return () => {
    const owners = { 4: 7 };
    runs(
      sysctlProgram('one call', { rows: ROWS, owners, cpus: 1 }, function* (k, table) {
        const p = table.p(who === 'user' ? 4 : 3);
        if (who === 'prisoner') yield* imprison(k, p, 1);
        actAs(k, p);
        yield* body(k);
        actAs(k, 0);
      }),
    );
  };
}

describe('the name of a sysctl', () => {
  it(
    'has two to twelve numbers, and leads to an entry',
    as('root', function* (k) {
      const cases: readonly (readonly [readonly number[], number])[] = [
        [[], EINVAL],
        [[1], EINVAL],
        [new Array<number>(13).fill(1), EINVAL],
        [[1, 14], EISDIR],
        [[99, 1], ENOENT],
        [[1, 14, 3, 1], ENOENT],
        [[1, 1, 1], ENOTDIR],
        [[1, 14, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10], EINVAL],
      ];
      for (const [mib, error] of cases) assert.equal((yield* sysctl(k, mib)).error, error, mib.join('.'));
    }),
  );

  it(
    'is looked up by sysctlbyname',
    as('root', function* (k) {
      const result = { oldlen: 0, bytes: NONE };
      assert.equal(yield* sysctlbyname(k, 'kern.nothing', [], null, null, result), -ENOENT);
      assert.equal(yield* sysctlbyname(k, 'kern.ostype', [], { length: 64 }, null, result), 0);
      assert.equal(decoder.decode(result.bytes), 'DragonFly\0');
    }),
  );
});

describe('room for the answer', () => {
  it(
    'may be just enough, too small, or absent',
    as('root', function* (k) {
      const whole = 'DragonFly\0'.length;
      const of = function* (old: number | null): Steps<unknown> {
        const { error, oldlen, needed, bytes } = yield* byName(k, 'kern.ostype', [], old);
        return [error, oldlen, needed, decoder.decode(bytes)];
      };
      assert.deepEqual(yield* of(whole), [0, whole, whole, 'DragonFly\0']);
      assert.deepEqual(yield* of(100), [0, whole, whole, 'DragonFly\0']);
      assert.deepEqual(yield* of(6), [ENOMEM, 6, whole, 'Dragon']);
      assert.deepEqual(yield* of(0), [ENOMEM, 0, whole, '']);
      assert.deepEqual(yield* of(null), [0, whole, whole, '']);
    }),
  );

  it(
    'that is too small for a number keeps it from being written',
    as('root', function* (k) {
      const { error, bytes } = yield* byName(k, 'kern.maxprocperuid', [], 2, word(5));
      assert.deepEqual([error, bytes.length], [ENOMEM, 2]);
      assert.notEqual(k.peek(procs(k).g + G.g_maxprocperuid), 5);
    }),
  );
});

describe('writing a sysctl', () => {
  it(
    'is for root: the old value is given, the new one is there',
    as('root', function* (k) {
      assert.deepEqual([...(yield* byName(k, 'kern.ps_argsopen', [], 4, word(0))).bytes], [1, 0, 0, 0]);
      assert.deepEqual([...(yield* byName(k, 'kern.ps_argsopen')).bytes], [0, 0, 0, 0]);
      assert.equal((yield* byName(k, 'kern.ps_argsopen', [], null, word(9))).error, 0);
      assert.equal(k.peek(procs(k).g + G.g_ps_argsopen), 9);
    }),
  );

  it(
    'takes a number as four bytes; more are not looked at',
    as('root', function* (k) {
      for (const [length, error] of [
        [0, EINVAL],
        [3, EINVAL],
        [4, 0],
        [9, 0],
      ]) {
        assert.equal((yield* byName(k, 'kern.ps_argsopen', [], null, new Uint8Array(length))).error, error);
      }
    }),
  );

  it(
    'is refused where nothing is to be written',
    as('root', function* (k) {
      for (const name of [
        'hw.ncpu',
        'kern.ostype',
        'kern.maxproc',
        'kern.proc.all',
        'kern.malloc',
        'lwkt.mp_collisions',
      ]) {
        assert.equal((yield* byName(k, name, [], null, word(1))).error, EPERM, name);
      }
    }),
  );

  for (const who of ['user', 'prisoner'] as const) {
    it(
      `is not for ${who === 'user' ? 'others' : 'root of a prison'}, who may read`,
      as(who, function* (k) {
        for (const name of [
          'kern.randompid',
          'security.ps_showallprocs',
          'kern.pid_inner_skips',
          'debug.ps_migrates',
        ]) {
          assert.equal((yield* byName(k, name)).error, 0, name);
          assert.equal((yield* byName(k, name, [], null, word(1))).error, EPERM, name);
        }
      }),
    );
  }
});

describe('sysctl.name2oid, name, next, oidfmt and oiddescr', () => {
  const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

  it(
    'turn names to numbers and back',
    as('user', function* (k) {
      const { error, bytes } = yield* sysctl(k, [0, 3], Infinity, encode('kern.proc.pid'));
      assert.deepEqual([error, [...bytes]], [0, [1, 14, 1].flatMap((each) => [each, 0, 0, 0])]);
      assert.equal((yield* sysctl(k, [0, 3], Infinity, encode('kern.nothing'))).error, ENOENT);
      assert.equal((yield* sysctl(k, [0, 3], Infinity, NONE)).error, ENOENT);
      assert.equal((yield* sysctl(k, [0, 3])).error, ENOENT);
      const name = yield* sysctl(k, [0, 1, 1, 14, 1, 77]);
      assert.equal(decoder.decode(name.bytes), 'kern.proc.pid.77\0');
    }),
  );

  it(
    'lead through the whole tree and end with ENOENT',
    as('user', function* (k) {
      let mib: number[] = [1];
      const names: string[] = [];
      for (;;) {
        const { error, bytes } = yield* sysctl(k, [0, 2, ...mib]);
        if (error === ENOENT) break;
        mib = [...new Int32Array(bytes.buffer)];
        names.push(decoder.decode((yield* sysctl(k, [0, 1, ...mib])).bytes).slice(0, -1));
      }
      assert.equal(names[0], 'kern.ostype');
      assert.equal(names.at(-1), 'security.ps_showallthreads');
      assert.ok(names.every((name) => mibOf(name).length >= 2));
      assert.equal(new Set(names).size, names.length);
    }),
  );

  it(
    'give types, formats and descriptions',
    as('user', function* (k) {
      const format = yield* sysctl(k, [0, 4, ...mibOf('kern.randompid')]);
      assert.equal(format.bytes[0] & 0xf, 2);
      assert.equal(decoder.decode(format.bytes.subarray(4)), 'I\0');
      const described = yield* sysctl(k, [0, 5, ...mibOf('kern.randompid')]);
      assert.equal(decoder.decode(described.bytes), 'Random PID modulus\0');
      for (const meta of [4, 5]) assert.equal((yield* sysctl(k, [0, meta, 1, 99])).error, ENOENT);
    }),
  );
});
