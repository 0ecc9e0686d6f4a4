/**
 * Owns the time of day on the machine (localtime(3)): its clock counts ticks from the second it was booted
 * at, `kern.boottime`; what time it is where the user is, the environment says: `TZ=BST-1`. Runs in the
 * program.
 */
import type { Steps } from '@smplab/lwkt';
import { libc } from '@smplab/proc';
import type { VfsUser } from '@smplab/vfs';

const HOUR = 3600;
const MINUTE = 60;
/** Seconds in which a date has a time of day and not a year: half a year of 365 days. */
const SIX_MONTHS = (365 / 2) * 86_400;

/** What a program needs to know of time. */
export interface Clock {
  /** Second of 1970 of a number of ticks. */
  secondOf(ticks: number): number;
  readonly now: number;
  /** Seconds that local time is ahead of universal time. */
  readonly east: number;
}

export function* clockOf(u: VfsUser): Steps<Clock> {
  const boottime = yield* libc.readNumber(u, 'kern.boottime');
  const { hz } = u;
  const secondOf = (ticks: number): number => boottime + Math.floor(ticks / hz);
  return { secondOf, now: secondOf(u.ticks), east: eastOf(u.getenv('TZ') ?? '') };
}

/** Of `NAME[+-]hours[:minutes]`, which counts to the west (POSIX); universal time for anything else. */
export function eastOf(zone: string): number {
  const [, sign, hours, minutes = '0'] = /^[A-Za-z]{3,}([+-]?)(\d{1,2})(?::(\d{2}))?$/.exec(zone) ?? [];
  if (hours === undefined) return 0;
  const west = Number(hours) * HOUR + Number(minutes) * MINUTE;
  return sign === '-' ? west : 0 - west;
}

/** As `ls -l` has it: `Sep 21 15:06`, or `Sep 21  1993` for what is not of the last or next half year. */
export function listedTime(second: number, { now, east }: Clock): string {
  const [, month, day, year, time] = new Date((second + east) * 1000)
    .toUTCString()
    .split(/[ ,]+/)
    .flatMap(
      // Thu, 01 Jan 1970 00:00:00 GMT: ctime(3) has the month first.
      (word, at, words) => (at === 1 ? [words[2], word] : at === 2 ? [] : [word]),
    );
  const isNear = second + SIX_MONTHS > now && second < now + SIX_MONTHS;
  const date = `${month} ${String(Number(day)).padStart(2)}`;
  return isNear ? `${date} ${time.slice(0, 5)}` : `${date}  ${year}`;
}

/** As date(1) has it, without the name of the zone. */
export function dateText(second: number, { east }: Clock): string {
  const [weekday, day, month, year, time] = new Date((second + east) * 1000).toUTCString().split(/[ ,]+/);
  return `${weekday} ${month} ${String(Number(day)).padStart(2)} ${time} ${year}`;
}
