import assert from 'node:assert/strict';
import { ProgressLine, progressText, type ProgressView } from '../src/progress-line.ts';

const ERASE = '\r\u001b[K';
const VIEW: ProgressView = { schedules: 1200, planned: 10_000, elapsedSeconds: 2, schedulesPerSecond: 600 };

function terminal(isTTY: boolean): {
  isTTY: boolean;
  columns: number;
  written: string;
  write(text: string): void;
} {
  return {
    isTTY,
    columns: 60,
    written: '',
    write(text: string) {
      this.written += text;
    },
  };
}

describe('the progress line', () => {
  it('says how far the search is, how fast it goes and how long it will take', () => {
    assert.equal(
      progressText('lost update', VIEW, undefined),
      'lost update: 1,200 of 10,000 schedules · 600/s · 15 s left',
    );
    assert.match(progressText('x', VIEW, 5), / · 3 s left$/);
    assert.match(progressText('x', { ...VIEW, planned: 1e7 }, undefined), / · 5 h left$/);
  });

  it('makes no promise before it knows the speed', () => {
    assert.ok(!progressText('x', { ...VIEW, schedulesPerSecond: 0 }, undefined).includes('left'));
  });

  it('appears on a terminal, after a second, and goes again', () => {
    const target = terminal(true);
    const line = new ProgressLine(target);
    line.update('x', { ...VIEW, elapsedSeconds: 0.9 });
    line.clear();
    assert.equal(target.written, '');
    line.update('x', VIEW);
    line.clear();
    assert.ok(target.written.startsWith(`${ERASE}x: 1,200 `) && target.written.endsWith(ERASE));
  });

  it('counts other things too, with the time that is left at the speed so far', () => {
    const target = terminal(true);
    const line = new ProgressLine(target);
    line.count('x', 'runs', { done: 0, planned: 1500, elapsedSeconds: 2 });
    line.count('x', 'runs', { done: 500, planned: 1500, elapsedSeconds: 10 });
    assert.equal(target.written, `${ERASE}x: 0 of 1,500 runs${ERASE}x: 500 of 1,500 runs · 20 s left`);
  });

  it('is cut to the width of the terminal', () => {
    const target = terminal(true);
    new ProgressLine(target).update('a long name '.repeat(9), VIEW);
    assert.equal(target.written.length, ERASE.length + 59);
  });

  it('stays away from files and pipes', () => {
    const target = terminal(false);
    new ProgressLine(target).update('x', VIEW);
    assert.equal(target.written, '');
  });
});
