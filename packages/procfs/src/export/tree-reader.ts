/**
 * Owns reading a tree of files through VFS into kernel memory: directories are listed, files read to their
 * end, links read. Run by the thread that takes a snapshot. What cannot be read is left out and counted: a
 * node that went between its directory and its reading, one whose process is in exec or exit (EBUSY).
 */
import { writeBytes } from '@smplab/kmem';
import { type Context, LK_SHARED, type Steps } from '@smplab/lwkt';
import { FREAD, kern, kfree, kmalloc, U, UIO_MAX, uioBytes, uioFree, uioMake } from '@smplab/proc';
import {
  do_sys_lookup,
  LK_RETRY,
  type Looker,
  unpackDirents,
  V,
  VA,
  Vattr,
  VDIR,
  VLNK,
  vn_lock,
  vn_unlock,
  VOP_CLOSE,
  VOP_GETATTR,
  VOP_OPEN,
  VOP_READ,
  VOP_READDIR,
  VOP_READLINK,
  VREG,
  vrele,
} from '@smplab/vfs';
import { M_PFSSNAP, SN, SN_BYTES } from './snapshot-layout.ts';

/** Bytes of a directory that are asked for at once. */
const DIRECTORY_BYTES = 4096;
const LINK_BYTES = 1024;
const WORD_BYTES = 4;

/** What a node in a tree is. */
export interface TreeNode {
  readonly path: string;
  readonly name: string;
  readonly kind: number;
}

export interface TreeReading {
  /** First and last record. */
  head: number;
  tail: number;
  records: number;
  /** Nodes that were there when their directory was listed and could not be read. */
  missed: number;
}

export class TreeReader {
  readonly found: TreeReading = { head: 0, tail: 0, records: 0, missed: 0 };

  constructor(
    readonly k: Context,
    readonly who: Looker,
    /** Whether a node belongs into the snapshot. */
    readonly wants: (node: TreeNode) => boolean,
  ) {}

  /** Reads what is below a directory: 0, or the errno of the directory itself. */
  *read(path: string): Steps<number> {
    const vp = yield* do_sys_lookup(this.k, this.who, path, 0);
    if (vp < 0) return -vp;
    const error = yield* this.#directory(vp, '');
    yield* vrele(this.k, vp);
    return error;
  }

  /** A directory and what is in it. */
  *#directory(vp: number, path: string): Steps<number> {
    const { k } = this;
    const names = yield* this.#names(vp);
    if (typeof names === 'number') return names;
    if (path !== '') yield* this.#record({ kind: VDIR, mode: yield* this.#modeOf(vp) }, path, NO_BYTES);
    for (const name of names) {
      const child = yield* do_sys_lookup(k, { ...this.who, cwd: vp }, name, 0);
      if (child < 0) {
        this.found.missed++;
        continue;
      }
      if ((yield* this.#node(child, path === '' ? name : `${path}/${name}`, name)) !== 0) this.found.missed++;
      yield* vrele(k, child);
    }
    return 0;
  }

  *#node(vp: number, path: string, name: string): Steps<number> {
    const kind = this.k.peek(vp + V.v_type);
    if (!this.wants({ path, name, kind })) return 0;
    if (kind === VDIR) return yield* this.#directory(vp, path);
    if (kind !== VREG && kind !== VLNK) return 0;
    const bytes = kind === VLNK ? yield* this.#link(vp) : yield* this.#contents(vp);
    if (typeof bytes === 'number') return bytes;
    yield* this.#record({ kind, mode: yield* this.#modeOf(vp) }, path, bytes);
    return 0;
  }

  /** Names in a directory without dots; or the errno. */
  *#names(vp: number): Steps<string[] | number> {
    const { k } = this;
    const { cred } = this.who;
    const names: string[] = [];
    for (let offset = 0; ;) {
      const uio = yield* uioMake(k, DIRECTORY_BYTES);
      k.words[uio + U.uio_offset] = offset;
      yield* vn_lock(k, vp, LK_SHARED | LK_RETRY);
      const error = yield* VOP_READDIR(k, vp, uio, cred);
      yield* vn_unlock(k, vp);
      const bytes = uioBytes(k, uio);
      offset = k.words[uio + U.uio_offset];
      yield* uioFree(k, uio);
      if (error !== 0) return error;
      if (bytes.length === 0) return names;
      for (const { name } of unpackDirents(bytes)) {
        const text = String.fromCharCode(...name);
        if (text !== '.' && text !== '..') names.push(text);
      }
    }
  }

  *#link(vp: number): Steps<Uint8Array | number> {
    const { k } = this;
    const uio = yield* uioMake(k, LINK_BYTES);
    const error = yield* VOP_READLINK(k, vp, uio, this.who.cred);
    const target = uioBytes(k, uio);
    yield* uioFree(k, uio);
    return error === 0 ? target : error;
  }

  *#contents(vp: number): Steps<Uint8Array | number> {
    const { k } = this;
    const { cred } = this.who;
    const refused = yield* VOP_OPEN(k, vp, FREAD, cred);
    if (refused !== 0) return refused;
    const parts: number[] = [];
    let error = 0;
    for (let isAll = false; error === 0 && !isAll;) {
      const uio = yield* uioMake(k, UIO_MAX);
      k.words[uio + U.uio_offset] = parts.length;
      yield* vn_lock(k, vp, LK_SHARED | LK_RETRY);
      error = yield* VOP_READ(k, vp, uio, 0, cred);
      yield* vn_unlock(k, vp);
      const bytes = uioBytes(k, uio);
      yield* uioFree(k, uio);
      for (const byte of bytes) parts.push(byte);
      isAll = bytes.length < UIO_MAX;
    }
    yield* VOP_CLOSE(k, vp, FREAD, cred);
    return error === 0 ? Uint8Array.from(parts) : error;
  }

  *#modeOf(vp: number): Steps<number> {
    const { k } = this;
    const vap = yield* kmalloc(k, kern.M_TEMP, Vattr.size);
    const error = yield* VOP_GETATTR(k, vp, vap, this.who.cred);
    const mode = error === 0 ? k.words[vap + VA.va_mode] : 0;
    yield* kfree(k, kern.M_TEMP, vap);
    return mode;
  }

  *#record({ kind, mode }: { kind: number; mode: number }, path: string, contents: Uint8Array): Steps {
    const { k, found } = this;
    const name = Uint8Array.from(path, (character) => character.charCodeAt(0));
    const bytes = new Uint8Array(name.length + contents.length);
    bytes.set(name);
    bytes.set(contents, name.length);
    const size = SN_BYTES + Math.ceil(bytes.length / WORD_BYTES);
    const record = yield* kmalloc(k, M_PFSSNAP, size);
    const { words } = k;
    words[record + SN.sn_kind] = kind;
    words[record + SN.sn_mode] = mode;
    words[record + SN.sn_path] = name.length;
    words[record + SN.sn_length] = contents.length;
    writeBytes(k.kernel.memory, record + SN_BYTES, bytes);
    if (found.tail === 0) found.head = record;
    else words[found.tail + SN.sn_next] = record;
    found.tail = record;
    found.records++;
  }
}

const NO_BYTES = new Uint8Array(0);

/** Frees the records of a snapshot. */
export function* freeSnapshot(k: Context, head: number): Steps {
  for (let record = head; record !== 0;) {
    const next = k.words[record + SN.sn_next];
    yield* kfree(k, M_PFSSNAP, record);
    record = next;
  }
}
