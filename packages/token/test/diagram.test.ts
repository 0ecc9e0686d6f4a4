import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, it } from 'mocha';
import { REFUSED, diagramOf, outcomeOf, tokenMachine, tokenSetMachine, tokenTable } from '@smplab/token';
import { edges } from './fixtures/without-edge.ts';

const readme = new URL('../README.md', import.meta.url);

function between(name: string): RegExp {
  return new RegExp(`(<!-- ${name} -->\n\n\`\`\`mermaid\n)([^]*?)(\n\`\`\`\n\n<!-- end of ${name} -->)`);
}

describe('the diagram', () => {
  for (const machine of [tokenMachine, tokenSetMachine]) {
    it(`in the README shows the machine ${machine.id} as it is (UPDATE_README=1 writes it)`, () => {
      const text = readFileSync(readme, 'utf8');
      if (process.env['UPDATE_README'] === '1') {
        writeFileSync(readme, text.replace(between(machine.id), `$1${diagramOf(machine)}$3`));
      }
      assert.equal(between(machine.id).exec(readFileSync(readme, 'utf8'))?.[2], diagramOf(machine));
    });
  }

  it('has every event that changes something, and says how', () => {
    const text = diagramOf(tokenMachine);
    assert.match(text, /^stateDiagram-v2\n {2}\[\*\] --> free\n/);
    assert.match(text, /shared --> sharedRequested : request \+2 \(wantExclusive\)/);
    assert.match(text, /freeRequested --> exclusive : grant -1 \(tryExclusive, wantExclusive\)/);
    const drawn = [...text.matchAll(/\((.*)\)/g)].flatMap(([, events]) => events.split(', '));
    const refused = [...tokenTable].filter((entry) => outcomeOf(entry) === REFUSED);
    assert.equal(drawn.length, edges().length - refused.length);
  });
});
