import assert from 'node:assert/strict';
import { syntaxProblem } from '../../src/loader/syntax-problem.ts';
import { LOST_UPDATE, Workshop } from '../smplab-process.ts';

describe('the search for a syntax error', () => {
  const workshop = new Workshop();
  after(() => workshop.remove());

  it('names file and line of what the parser refuses', async () => {
    const path = workshop.write('a.ts', "import { x } from './x.ts';\nconst a: = 1;\n");
    assert.equal(await syntaxProblem(path), `${path}:2: Unexpected token`);
  });

  it('names file and line of what only the engine refuses', async () => {
    const path = workshop.write(
      'b.mjs',
      "import { x } from './x.ts';\n\nconst a = 1;\nconst a = 2;\nexport default a;\n",
    );
    assert.equal(await syntaxProblem(path), `${path}:4: Identifier 'a' has already been declared`);
  });

  it('finds none in a sound file', async () => {
    assert.equal(await syntaxProblem(workshop.write('c.ts', LOST_UPDATE)), null);
  });
});
