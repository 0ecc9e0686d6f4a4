/**
 * Owns operation tables of open files (struct fileops, sys/sys/file.h): rows of function numbers in kernel
 * memory, found by address, so that every realm runs its own instance of them. Here are those of /dev/null
 * and of plain path objects; `tty` brings the terminal's; `vfs` adds rows for vnodes, pipes, sockets and
 * kqueues with `bootFileops`. Rows do not change once the machine runs.
 *
 *     file --f_ops--> fileops [ read | write | ioctl | close ]      path object --nc_data--> devsw --d_ops-->
 */
import { type Context, functionNumber, type Kernel, type Registry, type Steps } from '@smplab/lwkt';
import { EBADF, EISDIR, ENOTTY } from '../errno.ts';
import { FN_TTY_CLOSE, FN_TTY_IOCTL, FN_TTY_OPEN, FN_TTY_READ, FN_TTY_WRITE } from '../functions.ts';
import { D, Devsw, F, FIOASYNC, FIONBIO, Fileops, FO, NC, NC_DIRECTORY } from './filedesc-layout.ts';
import { uioTake } from './uio.ts';

/** The functions of a row, by number. */
export interface FileOperations {
  readonly read: number;
  readonly write: number;
  readonly ioctl: number;
  readonly close: number;
}

const FN_NULL_READ = functionNumber('null_read');
const FN_NULL_WRITE = functionNumber('null_write');
const FN_NULL_IOCTL = functionNumber('null_ioctl');
const FN_NULL_CLOSE = functionNumber('null_close');
const FN_PATH_READ = functionNumber('path_read');
const FN_PATH_WRITE = functionNumber('path_write');
const FN_PATH_IOCTL = functionNumber('path_ioctl');

const NULL_OPERATIONS: FileOperations = {
  read: FN_NULL_READ,
  write: FN_NULL_WRITE,
  ioctl: FN_NULL_IOCTL,
  close: FN_NULL_CLOSE,
};
const TTY_OPERATIONS: FileOperations = {
  read: FN_TTY_READ,
  write: FN_TTY_WRITE,
  ioctl: FN_TTY_IOCTL,
  close: FN_TTY_CLOSE,
};
const PATH_OPERATIONS: FileOperations = {
  read: FN_PATH_READ,
  write: FN_PATH_WRITE,
  ioctl: FN_PATH_IOCTL,
  close: FN_NULL_CLOSE,
};

/** Rows that every machine has. */
export interface BootOperations {
  readonly null: number;
  readonly tty: number;
  readonly path: number;
}

/** Lays out a row, while the machine boots; gives its address. */
export function bootFileops(kernel: Kernel, operations: FileOperations): number {
  const ops = kernel.memory.reserve(Fileops.size);
  const { words } = kernel;
  words[ops + FO.fo_read] = operations.read;
  words[ops + FO.fo_write] = operations.write;
  words[ops + FO.fo_ioctl] = operations.ioctl;
  words[ops + FO.fo_close] = operations.close;
  return ops;
}

/** Lays out the rows of /dev/null, terminals and plain path objects. */
export function bootOperations(kernel: Kernel): BootOperations {
  return {
    null: bootFileops(kernel, NULL_OPERATIONS),
    tty: bootFileops(kernel, TTY_OPERATIONS),
    path: bootFileops(kernel, PATH_OPERATIONS),
  };
}

/** Lays out a device, while the machine boots; gives what its path object has as nc_data. */
export function bootDevice(kernel: Kernel, dev: number, ops: number, open: number): number {
  const device = kernel.memory.reserve(Devsw.size);
  const { words } = kernel;
  words[device + D.d_dev] = dev;
  words[device + D.d_open] = open;
  words[device + D.d_ops] = ops;
  return device;
}

/** A terminal, or the controlling one (DEV_CTTY). */
export function bootTtyDevice(kernel: Kernel, dev: number, ops: BootOperations): number {
  return bootDevice(kernel, dev, ops.tty, FN_TTY_OPEN);
}

// ---- calling them
// ---------------------------------------------------------------------------------------------

function* perform(k: Context, fp: number, operation: number, ...args: number[]): Steps<number> {
  const number = k.words[k.get(fp + F.f_ops) + operation];
  return (yield* k.call(number, fp, ...args)) as number;
}

/** 0 or an errno; what was moved stands in the uio. The caller holds the file. */
export function fo_read(k: Context, fp: number, uio: number): Steps<number> {
  return perform(k, fp, FO.fo_read, uio);
}

export function fo_write(k: Context, fp: number, uio: number): Steps<number> {
  return perform(k, fp, FO.fo_write, uio);
}

/** `block` is IOCTL_WORDS words of kernel memory, in and out. */
export function fo_ioctl(k: Context, fp: number, cmd: number, block: number): Steps<number> {
  return perform(k, fp, FO.fo_ioctl, cmd, block);
}

/** The last reference to the file is gone. */
export function fo_close(k: Context, fp: number): Steps<number> {
  return perform(k, fp, FO.fo_close);
}

// ---- /dev/null
// ------------------------------------------------------------------------------------------------

/** Nothing comes from /dev/null. */
function* null_read(): Steps<number> {
  return 0;
}

/** Whatever is written is gone. */
function* null_write(k: Context, _fp: number, uio: number): Steps<number> {
  uioTake(k, uio);
  return 0;
}

/** Modes of the file, which every device takes. */
function* null_ioctl(_k: Context, _fp: number, cmd: number): Steps<number> {
  return cmd === FIONBIO || cmd === FIOASYNC ? 0 : ENOTTY;
}

function* null_close(): Steps<number> {
  return 0;
}

// ---- path objects without a file system
// -----------------------------------------------------------------------

/** An image has no bytes to be read; a directory cannot be read. */
function* path_read(k: Context, fp: number): Steps<number> {
  return k.get(k.get(fp + F.f_nch) + NC.nc_type) === NC_DIRECTORY ? EISDIR : 0;
}

function* path_write(): Steps<number> {
  return EBADF;
}

function* path_ioctl(_k: Context, _fp: number, cmd: number): Steps<number> {
  return cmd === FIONBIO || cmd === FIOASYNC ? 0 : ENOTTY;
}

/** Makes the operations known to a realm. */
export function registerFileops(registry: Registry): void {
  registry.register('null_read', null_read);
  registry.register('null_write', null_write);
  registry.register('null_ioctl', null_ioctl);
  registry.register('null_close', null_close);
  registry.register('path_read', path_read);
  registry.register('path_write', path_write);
  registry.register('path_ioctl', path_ioctl);
}
