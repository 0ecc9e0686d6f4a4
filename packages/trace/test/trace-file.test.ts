import assert from 'node:assert/strict';
import fc from 'fast-check';
import { looksLikeTraceFile, readTraceFile, writeTraceFile } from '../src/trace-file.ts';
import { arbitraryTrace } from './fixtures/arbitrary-trace.ts';
import { TWO_CPUS } from './fixtures/two-cpus.ts';

const HEADER = '{"format":"smplab-trace","version":1,"name":"x","cpus":1}';
const THREAD = '{"tid":1,"pid":1,"name":"a"}';
const EVENT = '{"kind":"instant","timeNs":0,"cpu":0,"tid":1,"name":"n"}';

function refused(...lines: string[]): string {
  try {
    readTraceFile(lines.join('\n'));
  } catch (error) {
    assert.equal((error as Error).name, 'TraceFileError');
    return (error as Error).message;
  }
  return assert.fail('it was read');
}

describe('the file of a trace', () => {
  it('is read as it was written', () => {
    assert.deepEqual(readTraceFile(writeTraceFile(TWO_CPUS)), TWO_CPUS);
    fc.assert(
      fc.property(arbitraryTrace, (trace) => {
        assert.deepEqual(readTraceFile(writeTraceFile(trace)), trace);
      }),
      { numRuns: 40 },
    );
  });

  it('is JSON lines: what it is, threads, events', () => {
    const lines = writeTraceFile(TWO_CPUS).split('\n');
    assert.equal(
      lines[0],
      '{"format":"smplab-trace","version":1,"name":"two CPUs","cpus":2,' +
        '"description":{"policy":"eevdf","seed":"1"}}',
    );
    assert.equal(lines[3], '{"tid":20,"pid":20,"name":"hog"}');
    assert.equal(lines[4], '{"kind":"switch","timeNs":0,"cpu":0,"prev":0,"prevState":"R","next":11}');
    assert.equal(lines.length, 1 + 3 + TWO_CPUS.events.length + 1);
  });

  it('is known by its beginning', () => {
    assert.ok(looksLikeTraceFile(HEADER));
    assert.ok(!looksLikeTraceFile('{"scenario":"format smplab-trace"}'));
  });

  it('is refused with the line and what is wrong there', () => {
    assert.match(refused('{"format"'), /^line 1: .*JSON/);
    assert.equal(refused('[]'), 'line 1: an object is needed');
    assert.equal(refused(''), 'line 1: it is empty');
    assert.equal(refused(HEADER.replace('1,', '2,')), 'line 1: "version" is 2: 1 is needed');
    assert.equal(
      refused(HEADER.replace('"cpus":1', '"cpus":0')),
      'line 1: "cpus" is 0: a whole number from 1 is needed',
    );
    assert.equal(
      refused(HEADER, THREAD.replace('1', '0')),
      'line 2: "tid" is 0: a whole number from 1 is needed',
    );
    assert.equal(refused(HEADER, THREAD.replace('name', 'title')), 'line 2: a thread needs "name"');
    assert.equal(refused(HEADER, THREAD.replace('}', ',"nice":1}')), 'line 2: a thread has no "nice"');
    assert.equal(refused(HEADER, '', EVENT, THREAD), 'line 4: an event needs "kind"');
    assert.match(
      refused(HEADER, THREAD, EVENT.replace('instant', 'toString')),
      /^line 3: "kind" is "toString": one of switch, /,
    );
    assert.equal(
      refused(HEADER, EVENT.replace('0,', '0.5,')),
      'line 2: "timeNs" is 0.5: a whole number from 0 is needed',
    );
    assert.equal(
      refused(HEADER, EVENT.replace('"n"', `"${'n'.repeat(99)}"`).replace(':1,', ':"x",')),
      'line 2: "tid" is "x": a whole number from 0 is needed',
    );
  });

  it('is refused with a state that there is not', () => {
    const line = '{"kind":"switch","timeNs":0,"cpu":0,"prev":0,"prevState":"Z","next":1}';
    assert.equal(
      refused(HEADER, line),
      'line 2: "prevState" is "Z": "R" or "S" or "D" or "T" or "X" or "R+" is needed',
    );
  });
});
