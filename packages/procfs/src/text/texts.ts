/**
 * Owns which texts each tree has. Pure data.
 */
import { PROFILE_FREEBSD, PROFILE_LINUX, PROFILE_NETBSD, PROFILE_README } from '../procfs-layout.ts';
import { FREEBSD_TEXTS, README_TEXTS } from './freebsd/texts.ts';
import { LINUX_TEXTS } from './linux/texts.ts';
import { NETBSD_TEXTS } from './netbsd/texts.ts';
import type { Renderer, Texts } from './reading.ts';

const TEXTS: Readonly<Record<number, Texts>> = {
  [PROFILE_NETBSD]: NETBSD_TEXTS,
  [PROFILE_FREEBSD]: FREEBSD_TEXTS,
  [PROFILE_LINUX]: LINUX_TEXTS,
  [PROFILE_README]: README_TEXTS,
};

/** What renders a node of a tree; undefined for one that is no text. */
export function textOf(profile: number, type: number): Renderer | undefined {
  return TEXTS[profile][type];
}
