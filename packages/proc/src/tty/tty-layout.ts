/**
 * Owns the layout of a terminal (sys/sys/tty.h) and of sigio owners (sys/sys/signalvar.h). Guards: tty =
 * tty_token of the kernel (kernel.globals), sigio = sigio_token, c = constant.
 */
import { array, cstring, guardedBy, int32, listEntry, pointer, relaxed, struct } from '@smplab/kmem';

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
});

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
