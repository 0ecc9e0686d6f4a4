/**
 * Owns what a renderer of a text is given and gives. A renderer runs in the thread that reads, in a
 * transaction of the mount; `p`, if there is one, neither execs nor exits meanwhile (p_reflock), everything
 * else of it moves on and is read under the locks that guard it.
 */
import type { Context, Steps } from '@smplab/lwkt';

/** Which node is read, by whom. */
export interface Reading {
  /** The mount, and the node. */
  readonly mp: number;
  readonly pfs: number;
  /** The process, 0 for nodes that are about the machine. */
  readonly p: number;
  /** Thread of the process (lwp_tid), or descriptor: pfs_fd; -1 for none. */
  readonly fd: number;
  /** Credentials of who reads, held. */
  readonly cred: number;
}

/** The text, one character for each byte (0 to 255); or an errno. */
export type Renderer = (k: Context, at: Reading) => Steps<string | number>;

/** Renderers by PFS*. */
export type Texts = Readonly<Partial<Record<number, Renderer>>>;
