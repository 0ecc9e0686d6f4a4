/**
 * Owns writing snapshots to the host: each into a directory of its own beside DIR, which is a symbolic link
 * that is replaced in one step, so that whoever opens DIR sees a whole snapshot; the one before is removed
 * after that. Runs on the host's main thread.
 *
 *     DIR -> DIR.7/          DIR.8/ is written ... DIR.next -> DIR.8, renamed to DIR ... DIR.7/ is removed
 */
import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { InputError } from '@smplab/explore';
import type { SnapshotEntry } from './snapshot-copy.ts';

/** Directories the owner can remove again, files the owner can read. */
const DIRECTORY_MODE = 0o755;
const OWNER_READS = 0o400;

export class HostTree {
  readonly #link: string;
  #number: number;

  /** Throws InputError for a path that is something else than such a link, or lies nowhere. */
  constructor(directory: string) {
    this.#link = resolve(directory);
    const there = lstatSync(this.#link, { throwIfNoEntry: false });
    if (there !== undefined && !there.isSymbolicLink()) {
      throw new InputError(`${directory} exists and is no link of an export: name a path that is free`);
    }
    if (lstatSync(dirname(this.#link), { throwIfNoEntry: false })?.isDirectory() !== true) {
      throw new InputError(`${directory}: there is no directory ${dirname(this.#link)} to put it in`);
    }
    this.#number = Math.max(0, ...this.#others().map((name) => Number(name.slice(this.#prefix.length))));
  }

  /** Writes a snapshot and shows it in place of the one before. */
  write(entries: readonly SnapshotEntry[]): void {
    const name = `${this.#prefix}${++this.#number}`;
    const target = join(dirname(this.#link), name);
    mkdirSync(target, { mode: DIRECTORY_MODE });
    for (const entry of entries) writeEntry(target, entry);
    const next = `${this.#link}.next`;
    rmSync(next, { force: true });
    symlinkSync(name, next);
    renameSync(next, this.#link);
    for (const other of this.#others()) if (other !== name) this.#remove(other);
  }

  /** Takes the link and the last snapshot away. */
  remove(): void {
    rmSync(this.#link, { force: true });
    for (const other of this.#others()) this.#remove(other);
  }

  /** What the link shows now; undefined before the first snapshot. */
  get shown(): string | undefined {
    return lstatSync(this.#link, { throwIfNoEntry: false }) === undefined
      ? undefined
      : readlinkSync(this.#link);
  }

  get #prefix(): string {
    return `${basename(this.#link)}.`;
  }

  /** Directories of snapshots of this export, those of earlier runs among them. */
  #others(): string[] {
    const isOne = (name: string): boolean =>
      name.startsWith(this.#prefix) && /^\d+$/.test(name.slice(this.#prefix.length));
    return readdirSync(dirname(this.#link)).filter(isOne).sort();
  }

  #remove(name: string): void {
    rmSync(join(dirname(this.#link), name), { recursive: true, force: true });
  }
}

function writeEntry(top: string, { path, kind, mode, contents }: SnapshotEntry): void {
  const bytes = Buffer.from(path, 'latin1');
  if (bytes.includes(0) || path.split('/').some((name) => name === '..' || name === '.' || name === '')) {
    throw new InputError(`a snapshot has a node that no file can be: ${JSON.stringify(path)}`);
  }
  const place = Buffer.concat([Buffer.from(`${top}/`), bytes]);
  if (kind === 'directory') mkdirSync(place, { mode: DIRECTORY_MODE });
  else if (kind === 'link') symlinkSync(Buffer.from(contents), place);
  else writeFileSync(place, contents, { mode: (mode & 0o777) | OWNER_READS });
}
