/**
 * Owns the numbers programs and the kernel talk about terminals with (sys/ttycom.h, sys/filio.h,
 * sys/termios.h). Pure data. A request carries one word and gives one word back: window sizes and terminal
 * modes are packed into it.
 */

// ---- requests
// ----------------------------------------------------------------------------------------------

export const TIOCSCTTY = 0x20007461;
/** By way of /dev/tty only. */
export const TIOCNOTTY = 0x20007471;
export const TIOCSPGRP = 0x80047476 | 0;
export const TIOCGPGRP = 0x40047477;
export const TIOCGSID = 0x40047463;
export const TIOCGETA = 0x402c7413;
export const TIOCSETA = 0x802c7414 | 0;
/** After output has drained. */
export const TIOCSETAW = 0x802c7415 | 0;
/** After output has drained; input that was not read is dropped. */
export const TIOCSETAF = 0x802c7416 | 0;
export const TIOCGWINSZ = 0x40087468;
export const TIOCSWINSZ = 0x80087467 | 0;
export const TIOCSTI = 0x80017472 | 0;
export const TIOCFLUSH = 0x80047410 | 0;
export const TIOCOUTQ = 0x40047473;
export const TIOCDRAIN = 0x2000745e;
export const TIOCSTOP = 0x2000746f;
export const TIOCSTART = 0x2000746e;
/** Not of BSD, where TIOCSETA does it: sets one control character, `index << 8 | byte`. */
export const TIOCSETCC = 0x80047400 | 0;
export const TIOCGETCC = 0x40047401;
export const FIONREAD = 0x4004667f;

// ---- modes: one word for TIOCGETA and TIOCSETA ------------------------------------------------------------

/** Local flags, with BSD's values. */
export const ECHOKE = 0x001;
export const ECHOE = 0x002;
export const ECHOK = 0x004;
export const ECHO = 0x008;
export const ECHONL = 0x010;
export const ECHOCTL = 0x040;
export const ISIG = 0x080;
export const ICANON = 0x100;
export const TOSTOP = 0x400000;
/** 0x80000000 in BSD: results of system calls are not negative. */
export const NOFLSH = 0x40000000;
/** Input and output flags, in bits that the local flags leave free. */
export const ICRNL = 0x1000;
export const INLCR = 0x2000;
export const IGNCR = 0x4000;
export const IXON = 0x8000;
export const OPOST = 0x10000;
export const ONLCR = 0x20000;

export const LFLAGS = ECHOKE | ECHOE | ECHOK | ECHO | ECHONL | ECHOCTL | ISIG | ICANON | TOSTOP | NOFLSH;
export const IFLAGS = ICRNL | INLCR | IGNCR | IXON;
export const OFLAGS = OPOST | ONLCR;

/** How a terminal comes up (TTYDEF_LFLAG and the others, of the flags that are here). */
export const TTYDEF = ICANON | ISIG | ECHO | ECHOE | ECHOKE | ECHOCTL | ICRNL | IXON | OPOST | ONLCR;

// ---- control characters: indices of t_cc ------------------------------------------------------------------

export const VEOF = 0;
export const VERASE = 1;
export const VKILL = 2;
export const VINTR = 3;
export const VQUIT = 4;
export const VSUSP = 5;
export const VSTART = 6;
export const VSTOP = 7;
/** A control character that is switched off. */
export const VDISABLE = 0xff;

/** ^D ^? ^U ^C ^\ ^Z ^Q ^S. */
export const TTYDEFCHARS: readonly number[] = [0x04, 0x7f, 0x15, 0x03, 0x1c, 0x1a, 0x11, 0x13];
/** The other erase character (VERASE2). */
export const CERASE2 = 0x08;

// ---- flags of a read or write, and of TIOCFLUSH -----------------------------------------------------------

/** It does not wait (FNONBLOCK of the file). */
export const IO_NDELAY = 0x10;
/** Which queue to flush: input, output. */
export const TTY_FREAD = 1;
export const TTY_FWRITE = 2;

/** Interrupt vector of cpu0 behind which the terminals of the host are. */
export const TTY_VECTOR = 9;
