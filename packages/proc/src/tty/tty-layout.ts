/**
 * Owns the layout of a terminal (sys/sys/tty.h) and of sigio owners (sys/sys/signalvar.h). Guards: tty =
 * tty_token of the kernel (kernel.globals), sigio = sigio_token, c = constant.
 */
import { array, atomic, cstring, guardedBy, int32, listEntry, pointer, relaxed, struct } from '@smplab/kmem';

/** Words (a byte each) of the input and output rings. */
export const TTY_RING = 256;
export const TTY_CHARS = 8;

export const Tty = struct('tty', {
  t_refs: guardedBy('tty_token', int32),
  t_dev: int32,
  t_session: guardedBy('tty_token', pointer('session')),
  t_pgrp: guardedBy('tty_token', pointer('pgrp')),
  t_sigio: guardedBy('sigio_token', pointer('sigio')),
  t_lflag: guardedBy('tty_token', int32),
  t_iflag: guardedBy('tty_token', int32),
  t_oflag: guardedBy('tty_token', int32),
  /** VEOF VERASE VKILL VINTR VQUIT VSUSP VSTART VSTOP. */
  t_cc: guardedBy('tty_token', array(int32, TTY_CHARS)),
  t_rows: guardedBy('tty_token', int32),
  t_columns: guardedBy('tty_token', int32),
  /** Line being typed: from t_line to t_tail; complete lines: from t_head to t_line. */
  t_head: guardedBy('tty_token', int32),
  t_line: guardedBy('tty_token', int32),
  t_tail: guardedBy('tty_token', int32),
  t_input: guardedBy('tty_token', array(int32, TTY_RING)),
  /** What the host has typed: written by the terminal outside, taken by the tty's interrupt thread. */
  t_hosthead: relaxed(int32),
  t_hosttail: relaxed(int32),
  t_host: array(relaxed(int32), TTY_RING),
  t_name: cstring(16),

  /** TF_BLOCK: what happens when the output ring is full. Set by whoever drains it, outside the machine. */
  t_flags: atomic(int32),
  /** TS_* bits. */
  t_state: guardedBy('tty_token', int32),
  /** Goes up when the terminal is revoked or closed: sleepers and open files notice by it. */
  t_gen: guardedBy('tty_token', int32),
  /** Open files of this generation, those of /dev/tty included. */
  t_opens: guardedBy('tty_token', int32),
  t_column: guardedBy('tty_token', int32),
  /** Ident of processes that wait to get into the foreground (lbolt). */
  t_lbolt: int32,
  /** The output ring: a byte in each word, t_outsize words, a power of two. */
  t_out: pointer('tty_output'),
  t_outsize: int32,
  /** Bytes ever written by the kernel, and what of that is to be seen from outside. */
  t_outend: guardedBy('tty_token', int32),
  t_outtail: atomic(int32),
  /** Bytes ever taken out, by whoever drains it. */
  t_outhead: atomic(int32),
  /** The size of the screen outside, rows in the upper half: taken when TF_WINSIZE is set. */
  t_hostsize: relaxed(int32),
});

/** A full output ring makes writers wait; otherwise it forgets the oldest bytes, and is a transcript. */
export const TF_BLOCK = 1;
/** Whoever is outside has gone: the interrupt thread hangs up, and clears it. */
export const TF_HANGUP = 2;
/** Its screen has another size: the interrupt thread takes it over, and clears it. */
export const TF_WINSIZE = 4;

/** t_state: output is stopped (^S); SIGIO is wanted; somebody waits for room in the output ring; hung up. */
export const TS_TTSTOP = 0x0100;
export const TS_ASYNC = 0x0001;
export const TS_SO_OLOWAT = 0x0080;
export const TS_ZOMBIE = 0x400000;

/** Of a word of t_input: it ends the line and is not part of it. */
export const TTY_EOF = 0x100;

/** Word offsets. */
export const T = Tty.offsets;

/** Who gets SIGIO: F_SETOWN, FIOSETOWN. */
export const Sigio = struct('sigio', {
  /** Process, or group. */
  sio_proc: guardedBy('sigio_token', pointer('proc')),
  sio_pgrp: guardedBy('sigio_token', pointer('pgrp')),
  sio_list: guardedBy('sigio_token', listEntry('sigio')),
  /** Word that points here, to be cleared. */
  sio_myref: guardedBy('sigio_token', int32),
  sio_pgid: int32,
  sio_ucred: pointer('ucred'),
});

/** Word offsets. */
export const SIO = Sigio.offsets;
