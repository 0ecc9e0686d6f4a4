import assert from 'node:assert/strict';
import { FIX_SWITCHES } from '@smplab/lwkt';
import { catalogue, findScenario } from '@smplab/scenarios';
import { fixPair } from '../../src/lwkt-history/fix-pair.ts';

describe('a bug of the kernel history', () => {
  const [before, after] = fixPair(
    'exclreq-fair',
    { found: 'assertion', then: 'It was so.', now: 'It is so.' },
    { cpus: 3 },
    function* () {
      // Nothing is run.
    },
  );

  it('comes in two variants: with the historical code, and with that of today', () => {
    assert.deepEqual([before.name, after.name], ['exclreq-fair', 'exclreq-fair-fixed']);
    assert.deepEqual([before.given.asSeed, after.given.asSeed], [['exclreq-fair'], undefined]);
    assert.deepEqual([before.cpus, after.cpus], [3, 3]);
  });

  it('says what is found, what went wrong, and which commit mended it', () => {
    const source = 'DragonFlyBSD 83c891d5d2, 2017-10, T8';
    assert.deepEqual(before.notes, { source, shows: 'It was so.', expected: 'assertion' });
    assert.deepEqual(after.notes, { source, shows: 'It is so.', expected: 'none' });
  });

  it('is in the catalogue for every fix switch, under its name', () => {
    const names = catalogue.filter(({ group }) => group === 'lwkt').map(({ name }) => name);
    assert.deepEqual([...names].sort(), FIX_SWITCHES.flatMap(({ id }) => [id, `${id}-fixed`]).sort());
  });

  it('can be found, or waits for a model of store buffers', () => {
    for (const { id } of FIX_SWITCHES) {
      assert.equal(findScenario(id)?.variant, id === 'wakeup-fence' ? 'prepared' : 'buggy', id);
    }
  });
});
