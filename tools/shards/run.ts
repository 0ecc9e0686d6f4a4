/**
 * What `npm test` does: all files of tests in processes side by side, on half of the CPUs but at least two,
 * because many have machines of two CPUs themselves. What the first process prints is shown as it comes, the
 * others' when they have ended; the last line counts the tests of all. With arguments it is one mocha with
 * them: `npm test -- FILE -g TITLE`. (Mocha's own parallel mode loads a file while imports of the one before
 * may be under way, and then Node 20 aborts: v8::Module::IsGraphAsync.)
 */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { closingLineOf, outputOf, type ShardOutput, shardsOf } from './shard.ts';

const MOCHA = fileURLToPath(import.meta.resolve('mocha/bin/mocha.js'));
const FOLDERS = [...readdirSync('packages').map((name) => `packages/${name}/test`), 'tools', 'test'];

/** As .mocharc.cjs has them. */
function testFiles(): string[] {
  return FOLDERS.filter((folder) => existsSync(folder)).flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.test.ts'))
      .map((file) => join(folder, file)),
  );
}

/** Runs mocha on the files; `show` gets what it prints, but for the last line, as far as it is whole. */
async function runShard(files: readonly string[], show: (text: string) => void): Promise<ShardOutput> {
  const child = spawn(process.execPath, [MOCHA, ...files], { stdio: ['ignore', 'pipe', 'inherit'] });
  let stdout = '';
  let shown = 0;
  child.stdout.setEncoding('utf8');
  child.stdout.on('data', (chunk: string) => {
    stdout += chunk;
    // The last two lines are kept back: one of them may be the closing one.
    const whole = stdout.lastIndexOf('\n', stdout.lastIndexOf('\n') - 1) + 1;
    if (whole > shown) show(stdout.slice(shown, whole));
    shown = Math.max(shown, whole);
  });
  const status = await new Promise<number | null>((resolve) => child.on('close', resolve));
  const output = outputOf(stdout);
  show(output.text.slice(shown));
  if (!output.isComplete) show(`\nmocha ended in the middle of its tests (status ${String(status)})\n`);
  return output;
}

/** Shows the first shard as it comes, and keeps back what the others print until it has ended. */
async function runAll(): Promise<readonly ShardOutput[]> {
  const shards = shardsOf(testFiles(), Math.max(2, availableParallelism() >> 1));
  const kept = shards.map(() => '');
  let current = 0;
  const ends = shards.map((files, shard) =>
    runShard(files, (text) => {
      if (shard === current) process.stdout.write(text);
      else kept[shard] += text;
    }),
  );
  const outputs: ShardOutput[] = [];
  for (const [shard, end] of ends.entries()) {
    current = shard;
    process.stdout.write(kept[shard]);
    outputs.push(await end);
  }
  return outputs;
}

const given = process.argv.slice(2);
if (given.length > 0) {
  const child = spawn(process.execPath, [MOCHA, ...given], { stdio: 'inherit' });
  child.on('close', (status) => (process.exitCode = status ?? 1));
} else {
  const outputs = await runAll();
  console.log(`\n${closingLineOf(outputs)}`);
  process.exitCode = outputs.some(({ failed }) => failed > 0) ? 1 : 0;
}
