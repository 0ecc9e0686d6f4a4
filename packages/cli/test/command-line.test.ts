import assert from 'node:assert/strict';
import { run } from '../src/command-line.ts';

const refused = async (pattern: RegExp, ...args: string[]): Promise<void> => {
  await assert.rejects(
    run(args, '0'),
    (error: Error) => error.name === 'Refusal' && pattern.test(error.message),
  );
};

describe('the command line', () => {
  it('refuses commands that come later, and says so', async () => {
    for (const later of ['litmus']) {
      await refused(/is not available in this version/, later, 'anything', '--at-all');
    }
  });

  it('refuses what it does not know', async () => {
    await refused(/which command/);
    await refused(/unknown command 'explode'/, 'explode');
    await refused(/unknown option '--fast'/, 'explore', 'x', '--fast');
    await refused(/missing required argument/, 'explore');
    await refused(/too many arguments/, 'replay', 'a', 'b', 'c');
  });

  it('refuses values out of range', async () => {
    const wrong = [
      ['--schedules', '-1'],
      ['--schedules', '0'],
      ['--workers', '0'],
      ['--seed', 'x'],
      ['--depth', '0'],
      ['--preemptions', '-1'],
      ['--max-steps', '1.5'],
      ['--time-limit', '0'],
      ['--watchdog', 'soon'],
      ['--strategy', 'luck'],
      ['--memory', 'weak'],
    ];
    for (const [option, value] of wrong)
      await refused(new RegExp(`'${option} .*'${value}' is invalid`), 'explore', 'x', option, value);
  });

  it('refuses what is not there yet, by its own reason', async () => {
    await refused(/dpor is not in this version/, 'explore', 'x', '--strategy', 'dpor');
    await refused(/tso is not in this version/, 'explore', 'x', '--memory', 'tso');
  });
});
