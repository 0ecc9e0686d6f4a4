/**
 * The process behind `smplab`: runs the command line, prints a refusal or a failure, and ends with the exit
 * status, even if something still holds the event loop. Importing this file runs it (bin/smplab.js).
 */
import { readFileSync } from 'node:fs';
import { run } from './command-line.ts';
import { verdictOn } from './refusal.ts';
import { tolerateClosedPipe } from './terminal.ts';

function version(): string {
  const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}

/** Writes to stderr and waits until it is out. */
function complain(text: string): Promise<void> {
  return new Promise((resolve) => {
    process.stderr.write(`${text}\n`, () => resolve());
  });
}

async function main(): Promise<number> {
  try {
    return await run(process.argv.slice(2), version());
  } catch (error) {
    const { text, status } = verdictOn(error);
    await complain(text);
    return status;
  }
}

tolerateClosedPipe();
process.exit(await main());
