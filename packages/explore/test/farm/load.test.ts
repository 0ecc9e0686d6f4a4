import assert from 'node:assert/strict';
import { loadScenario } from '../../src/farm/load.ts';
import { onFarm, target } from './targets.ts';

/** Names of the scenarios of the files, or the sentence with which each was refused. */
async function list(...files: readonly [file: string, loader?: string][]): Promise<string[]> {
  const answers = await onFarm(
    files.map(([file, loader]) => ({ op: 'list', target: target(file, '', loader ?? null) }) as const),
    { workers: 1 },
  );
  return answers.map(({ names, refusal }) => names?.join() ?? `${refusal?.name}: ${refusal?.message}`);
}

describe('loading a scenario file', () => {
  it('finds scenarios by themselves, in arrays, as entries, and each once', async () => {
    assert.deepEqual(await list(['entries.mjs']), ['alone,entry,listed,nested']);
  });

  it('finds programs that are no plain scenarios, by their shape', async () => {
    assert.deepEqual(await list(['programs.mjs']), ['by its shape,made elsewhere']);
  });

  it('says that there is none', async () => {
    const [sentence] = await list(['exports-nothing.mjs']);
    assert.match(
      sentence,
      /^InputError: exports-nothing\.mjs exports no scenario: it needs "export default .* machineScenario\(/,
    );
  });

  it('says that two have one name', async () => {
    const [sentence] = await list(['same-names.mjs']);
    assert.match(sentence, /^InputError: same-names\.mjs exports two scenarios named "twin"/);
  });

  it('says in one line what the file threw, whatever that was', async () => {
    assert.deepEqual(await list(['throws-at-load.mjs'], ['throws-text.mjs']), [
      'InputError: throws-at-load.mjs cannot be loaded: TypeError: no such thing',
      'InputError: throws-text.mjs cannot be loaded: first line',
    ]);
  });

  it('says that there is no such file', async () => {
    const [sentence] = await list(['no-such-file.mjs']);
    assert.match(sentence, /^InputError: no-such-file\.mjs cannot be loaded: /);
  });

  it('gives a scenario other fix switches, if it has any and they exist', async () => {
    const module = `data:text/javascript,export const a = { name: 'plain', start() {} };
      export const b = { name: 'kernel', start() {}, withSeed(asSeed) {
        if (asSeed.includes('wrong')) throw new Error('there is no such switch');
        return { name: 'kernel', start() {}, asSeed };
      } };`;
    const seeded = (name: string, asSeed: readonly string[]): Promise<unknown> =>
      loadScenario({ module, file: 'data', name, loader: null, asSeed });
    assert.deepEqual(((await seeded('kernel', ['one'])) as { asSeed: string[] }).asSeed, ['one']);
    await assert.rejects(seeded('kernel', ['wrong']), /^InputError: there is no such switch$/);
    await assert.rejects(seeded('plain', ['one']), /^InputError: --as-seed is .*"plain" is a plain scenario/);
  });

  it('takes a loader that fails for its own mistake, not for one of the user', async () => {
    const [sentence] = await list(['entries.mjs', 'data:text/javascript,throw new Error("no loader")']);
    assert.match(sentence, /^FarmError: no loader/);
  });
});
