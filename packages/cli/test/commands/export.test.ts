import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Trace, writeTraceFile } from '@smplab/trace';
import { traceOf } from '../../src/commands/export.ts';
import { type Outcome, Workshop } from '../smplab-process.ts';

const line = (text: string): RegExp => new RegExp(`^smplab: [^\\n]*${text}[^\\n]*\\n$`);

const SAVED: Trace = {
  name: 'saved',
  cpus: 1,
  threads: [{ tid: 1, pid: 1, name: 'hog' }],
  events: [
    { kind: 'switch', timeNs: 0, cpu: 0, prev: 0, prevState: 'R', next: 1 },
    { kind: 'switch', timeNs: 4_000, cpu: 0, prev: 1, prevState: 'S', next: 0 },
  ],
};
const FOUND = { scenario: 'found', verdict: 'panic', trace: [{ strand: 'main', op: 'load', object: 'x' }] };

describe('smplab export', () => {
  const workshop = new Workshop();
  after(() => workshop.remove());

  const refused = ({ status, stdout, stderr }: Outcome, text: string): void => {
    assert.deepEqual([status, stdout], [2, '']);
    assert.match(stderr, line(text));
  };
  const read = (name: string): Buffer => readFileSync(join(workshop.folder, name));

  before(async () => {
    workshop.write('saved.trace', writeTraceFile(SAVED));
    const { status } = await workshop.smplab('explore', 'deadlock01', '--out', 'found');
    assert.equal(status, 1);
  });

  it('writes a finding of the catalogue in every format', async () => {
    const formats = ['perfetto', 'trace.dat', 'ftrace', 'chrome', 'text'];
    for (const format of formats) {
      const args = ['export', 'found/deadlock01.trace.json', '--format', format, '--out', `x.${format}`];
      const { status, stdout, stderr } = await workshop.smplab(...args);
      assert.deepEqual([status, stdout], [0, '']);
      assert.match(stderr, new RegExp(`^wrote x.${format}, for [^\\n]+\\n$`));
    }
    assert.ok(read('x.perfetto').includes('main/down'));
    assert.equal(read('x.trace.dat').subarray(0, 12).toString('latin1'), '\x17\x08\x44tracing6\0');
    assert.match(
      read('x.ftrace').toString(),
      /sched_switch: prev_comm=main .* prev_state=S ==> next_comm=main\/up /,
    );
    const { traceEvents } = JSON.parse(read('x.chrome').toString()) as { traceEvents: { name: string }[] };
    assert.ok(traceEvents.some(({ name }) => name === 'b.lock()'));
    assert.match(read('x.text').toString(), /^CPU 0 │a+b+c+│\n +▲ +▲$/m);
  });

  it('takes a saved trace, and writes to stdout', async () => {
    const { status, stdout } = await workshop.smplab('export', 'saved.trace', '--ascii', '--threads');
    assert.equal(status, 0);
    assert.match(stdout, /^CPU 0 \|a+\|$/m);
    assert.match(stdout, /^a hog \|#+\|$/m);
  });

  it('takes what explore prints through a pipe', async () => {
    const [node, [binary]] = workshop.command();
    const smplab = `"${node}" "${binary}"`;
    const both = `${smplab} explore deadlock01 --json | ${smplab} export - --format ftrace`;
    const { status, stdout } = await workshop.run('/bin/sh', ['-c', both]);
    assert.equal(status, 0);
    assert.match(stdout, /^# tracer: nop\n/);
  });

  it('refuses bad input in one line', async () => {
    refused(await workshop.smplab('export', 'nowhere'), 'nowhere: there is no such file');
    refused(await workshop.smplab('export', '.'), 'it is a folder');
    refused(
      await workshop.smplab('export', 'saved.trace', '--format', 'pdf'),
      'It is one of perfetto, trace.dat',
    );
    refused(await workshop.smplab('export', 'saved.trace', '--out', 'no/where'), 'cannot write no/where');
    workshop.write('bad.trace', writeTraceFile(SAVED).replace('"cpu":0', '"cpu":"0"'));
    refused(await workshop.smplab('export', 'bad.trace'), 'bad.trace: line 3: "cpu" is "0": a whole number');
  });
});

describe('the input of export', () => {
  it('is refused where a trace is inconsistent, with the event', () => {
    const events = [SAVED.events[1], SAVED.events[1]];
    assert.throws(
      () => traceOf(writeTraceFile({ ...SAVED, events })),
      /^Refusal: event 2: CPU 0 switches from thread 1/,
    );
    const threads = [SAVED.threads[0], SAVED.threads[0]];
    assert.throws(() => traceOf(writeTraceFile({ ...SAVED, threads })), /^Refusal: thread 1 is there twice/);
  });

  it('is the one scenario of several that has a trace, or the one that is named', () => {
    const clean = { scenario: 'clean', verdict: 'none', trace: [] };
    const several = JSON.stringify([clean, FOUND]);
    assert.equal(traceOf(several).name, 'found');
    assert.throws(() => traceOf(several, 'clean'), /"clean" has no trace: nothing was found/);
    assert.throws(() => traceOf(several, 'other'), /it has no scenario "other", but "clean", "found"/);
    const two = JSON.stringify([FOUND, { ...FOUND, scenario: 'too' }]);
    assert.throws(() => traceOf(two), /it has the traces of "found", "too": say which by --scenario NAME/);
    assert.equal(traceOf(two, 'too').name, 'too');
  });

  it('is refused if it is neither', () => {
    for (const text of ['', 'v1:abc', '3', '[]', 'null', '[null]', '{"a":1}'])
      assert.throws(() => traceOf(text), /neither a trace of smplab nor what/, text);
  });
});
