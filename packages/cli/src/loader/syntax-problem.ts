/**
 * Owns the search for the line of a syntax error. Node names neither file nor line when a module cannot be
 * compiled, so the file is compiled once more as a script, for its message only. Runs after loading has
 * failed, never before.
 */
import { readFileSync } from 'node:fs';
import { Script } from 'node:vm';

/** `file:line: what is wrong` if the file has a syntax error; null if it has none that can be found. */
export async function syntaxProblem(path: string): Promise<string | null> {
  const { transform } = await import('sucrase');
  try {
    const source = readFileSync(path, 'utf8');
    const isTypeScript = /\.m?ts$/.test(path);
    const { code } = transform(source, {
      transforms: isTypeScript ? ['typescript', 'imports'] : ['imports'],
      disableESTransforms: true,
      preserveDynamicImport: true,
    });
    // On the line of the first statement, so that lines are as in the file.
    new Script(`(async () => {${code}\n})`, { filename: path });
    return null;
  } catch (error) {
    return described(path, error as Error);
  }
}

function described(path: string, { message, stack }: Error): string | null {
  const fromParser = /^(?:Error transforming .*?: )?(.*) \((\d+):\d+\)$/s.exec(message);
  if (fromParser !== null) return `${path}:${fromParser[2]}: ${fromParser[1]}`;
  const first = stack?.split('\n')[0] ?? '';
  return first.startsWith(`${path}:`) ? `${first}: ${message}` : null;
}
