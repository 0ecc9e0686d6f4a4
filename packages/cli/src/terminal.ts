/**
 * Owns what is known of the terminal: whether to colour, how wide to write; and writing so that nothing is
 * lost when the process ends or the reader goes away (`smplab list | head`).
 */
import type { WriteStream } from 'node:tty';

/** Columns when the output is no terminal. */
const WIDTH_ELSEWHERE = 100;

/** NO_COLOR (any value) wins over FORCE_COLOR, that over what the stream is. */
export function wantsColour(
  stream: Pick<WriteStream, 'isTTY' | 'hasColors'>,
  env: NodeJS.ProcessEnv,
): boolean {
  if (env['NO_COLOR'] !== undefined && env['NO_COLOR'] !== '') return false;
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  return stream.isTTY && env['TERM'] !== 'dumb' && stream.hasColors();
}

export function pageWidth(stream: Pick<WriteStream, 'isTTY' | 'columns'>, env: NodeJS.ProcessEnv): number {
  if (stream.isTTY && stream.columns > 0) return stream.columns;
  const asked = Number(env['COLUMNS']);
  return Number.isInteger(asked) && asked > 0 ? asked : WIDTH_ELSEWHERE;
}

/** Writes a line (or several) to stdout and waits until it is out. */
export function print(text: string): Promise<void> {
  return new Promise((resolve) => {
    process.stdout.write(`${text}\n`, () => resolve());
  });
}

/** A reader that has seen enough is no error. */
export function tolerateClosedPipe(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0);
      throw error;
    });
  }
}
