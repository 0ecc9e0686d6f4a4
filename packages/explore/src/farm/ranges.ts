/**
 * Owns how the schedules of a campaign are cut into pieces of work. The cut depends on the settings alone,
 * never on the number of workers, so that what each piece reports does not either.
 */
import type { Lane } from '../campaign/lanes.ts';

/** A piece of work: the schedules from `from` to before `to` of the sequential lanes, or of the others. */
export interface Piece {
  readonly from: number;
  readonly to: number;
  readonly sequential: boolean;
}

/** The first pieces are small, so that an easy bug is reported at once. */
const FIRST_CUTS = [50, 500];
const PIECE_SCHEDULES = 500;

/** The pieces in the order in which they should be begun. */
export function* piecesOf(schedules: number, lanes: readonly Lane[]): Generator<Piece> {
  const hasWalks = lanes.some((lane) => !lane.isSequential);
  const hasSequential = lanes.some((lane) => lane.isSequential);
  let from = 0;
  const next = (): Piece => {
    const cut = FIRST_CUTS.find((candidate) => candidate > from) ?? from + PIECE_SCHEDULES;
    const piece = { from, to: Math.min(cut, schedules), sequential: false };
    from = piece.to;
    return piece;
  };
  if (hasWalks) yield next();
  if (hasSequential) yield { from: 0, to: schedules, sequential: true };
  if (hasWalks) while (from < schedules) yield next();
}

/** The numbers of the schedules of a piece, in the order they are run. */
export function* schedulesOf(piece: Piece, lanes: readonly Lane[]): Generator<number> {
  for (let index = piece.from; index < piece.to; index++) {
    if (lanes[index % lanes.length].isSequential === piece.sequential) yield index;
  }
}
