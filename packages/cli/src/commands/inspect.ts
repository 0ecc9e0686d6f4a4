/** Owns `smplab inspect`: takes a crash dump apart and prints what it shows, as text or as one JSON value. */
import {
  INSPECTION_PARTS,
  inspectionOf,
  inspectionText,
  type InspectionPart,
  selected,
} from '@smplab/machine';
import { Refusal, STATUS } from '../refusal.ts';
import { print } from '../terminal.ts';

export type InspectFlags = { readonly json?: boolean; readonly cpu?: number } & {
  readonly [part in InspectionPart]?: boolean;
};

/** Runs the command; gives its exit status. */
export async function inspect(path: string, flags: InspectFlags): Promise<number> {
  const inspection = inspectionOf(path);
  const { cpu } = flags;
  if (cpu !== undefined && cpu >= inspection.machine.cpus) {
    throw new Refusal(
      `there is no cpu${cpu} in ${path}: the machine had cpu0 to cpu${inspection.machine.cpus - 1}`,
    );
  }
  const parts = INSPECTION_PARTS.filter((part) => flags[part] === true);
  const chosen = selected(inspection, {
    ...(cpu !== undefined && { cpu }),
    ...(parts.length > 0 && { parts }),
  });
  await print(flags.json === true ? JSON.stringify(chosen, null, 2) : inspectionText(chosen));
  return STATUS.clean;
}
