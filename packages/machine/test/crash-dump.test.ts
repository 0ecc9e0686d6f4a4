import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { explore } from '@smplab/explore';
import { Dump } from '@smplab/kmem';
import { type Context, ExploredMachine, lwkt_gettoken, lwkt_token_init, Registry } from '@smplab/lwkt';
import { TOKEN_WORDS } from '@smplab/token';
import { dumpOf, inspectDump, writeCrashDump } from '../src/index.ts';
import { crashNotesOf } from '../src/crash-dump.ts';
import { smallMachine } from './fixtures/small-machine.ts';

describe('a crash dump', () => {
  const folder = mkdtempSync(join(tmpdir(), 'smplab-crash-'));
  const path = join(folder, 'crash.kdump');
  after(() => rmSync(folder, { recursive: true }));
  const reason = { verdict: 'panic', message: 'lost count', cpu: 1, thread: 'writer' };

  it('has the memory, the structs of the kernel, the reason and the names of functions', () => {
    const { kernel, memory, writer } = smallMachine();
    writeCrashDump(path, kernel, reason);
    const dump = Dump.open(path);
    assert.deepEqual(dump.memory.words.slice(0, memory.top), memory.words.slice(0, memory.top));
    for (const name of [
      'kern',
      'globaldata',
      'thread',
      'lwkt_token',
      'lwkt_tokref',
      'lwkt_ipiq',
      'event_ring',
    ]) {
      assert.ok(dump.structNames.includes(name), name);
    }
    assert.match(dump.print('thread', writer as never), /td_comm = "writer"/);
    const notes = crashNotesOf(dump.notes);
    assert.deepEqual(notes?.reason, reason);
    assert.ok(
      notes.functions.some(
        ([number, name]) => name === 'writer' && number === kernel.registry.numberOf(name),
      ),
    );
  });

  it('can be made of a memory alone, as bytes, and changes nothing in it', () => {
    const { memory } = smallMachine();
    const before = memory.words.slice();
    const bytes = dumpOf(memory, reason);
    assert.deepEqual(memory.words, before);
    writeCrashDump(path, memory, reason);
    assert.deepEqual(readFileSync(path), Buffer.from(bytes));
    assert.deepEqual(crashNotesOf(Dump.open(path).notes)?.functions, []);
  });

  it('shows the failing state of an explored machine', () => {
    const registry = new Registry();
    const main = registry.register('main', function* (k: Context) {
      const token = yield* k.allocate('token', TOKEN_WORDS, true);
      lwkt_token_init(k, token, 'accounts');
      yield* lwkt_gettoken(k, token);
      k.misuse('assertion', 'held for ever');
    });
    const machine = new ExploredMachine('holds on', { cpus: 2, registry, main });
    const { verdict, message } = explore(machine, { shrink: false, schedules: 3 });
    assert.equal(verdict, 'assertion');
    const { memory } = machine.execution;
    writeFileSync(path, dumpOf({ memory, registry }, { verdict, message }));
    assert.match(inspectDump(path), /^assertion: held for ever\n\nmachine: 2 CPUs/);
    assert.match(inspectDump(path), /\n {2}\* main +\d+ +running +.* accounts +- +main\n/);
  });

  it('is told from other dumps by its notes', () => {
    assert.equal(crashNotesOf({}), null);
    assert.equal(crashNotesOf({ form: 'smplab-crash', version: 99 }), null);
    assert.equal(crashNotesOf({ form: 'smplab-crash', version: 1, reason: {}, functions: [] }), null);
  });
});
