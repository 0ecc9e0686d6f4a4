/**
 * Owns the arguments that file systems take of mount(2), from the options of a command line: `-o linux` for
 * procfs, `-o size=4096` for a file system in memory. Pure.
 */
import {
  PROCFS_ARGSVERSION,
  PROCFSMNT_LINUXCOMPAT,
  PROCFSMNT_OLDFILENO,
  PROFILE_FREEBSD,
  PROFILE_LINUX,
  PROFILE_NETBSD,
  PROFILE_README,
} from '../procfs-layout.ts';

/** Options of procfs that choose a tree. */
const PROFILES: Readonly<Record<string, number>> = {
  netbsd: PROFILE_NETBSD,
  freebsd: PROFILE_FREEBSD,
  linux: PROFILE_LINUX,
  readme: PROFILE_README,
};
const FLAGS: Readonly<Record<string, number>> = {
  linuxcompat: PROCFSMNT_LINUXCOMPAT,
  oldfileno: PROCFSMNT_OLDFILENO,
};
const WORD = 4;

/** The words, or what is wrong with the options. */
export function mountWords(type: string, options: readonly string[]): readonly number[] | string {
  if (type === 'procfs') return procfsWords(options);
  const words: number[] = [];
  for (const option of options) {
    const [, bytes] = (type === 'ramfs' && /^size=(\d{1,9})$/.exec(option)) || [];
    if (bytes === undefined) return unknown(option);
    words[0] = Math.ceil(Number(bytes) / WORD);
  }
  return words;
}

function procfsWords(options: readonly string[]): readonly number[] | string {
  let flags = 0;
  let profile: number | null = null;
  for (const option of options) {
    if (Object.hasOwn(PROFILES, option)) profile = PROFILES[option];
    else if (Object.hasOwn(FLAGS, option)) flags |= FLAGS[option];
    else return unknown(option);
  }
  return [PROCFS_ARGSVERSION, flags, ...(profile === null ? [] : [profile])];
}

function unknown(option: string): string {
  return `${option}: no such option`;
}
