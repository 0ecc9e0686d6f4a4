/**
 * Owns the layout of what kern.proc gives (struct kinfo_proc and kinfo_lwp of sys/sys/kinfo.h): field names
 * as there, words instead of bytes, and the decoder for user programs. Pure data.
 */
import { array, cstring, type FieldType, int32, nested, struct, type StructLayout } from '@smplab/kmem';
import { NGROUPS } from '../cred/ucred.ts';
import { COMM_BYTES, LOGIN_BYTES } from '../table/proc.ts';

/** No terminal. */
export const NOUDEV = -1;
/** Characters of a wait message. */
export const WMESGLEN = 8;
/** kp_auxflags. */
export const KI_CTTY = 1;
export const KI_SLEADER = 2;
/** kl_rtprio_type of kernel threads: RTP_PRIO_THREAD. */
export const RTP_PRIO_NORMAL = 1;
export const RTP_PRIO_THREAD = 3;

/** What is counted of struct rusage. */
export const KinfoRusage = struct('kinfo_rusage', { ru_utime: int32, ru_nvcsw: int32, ru_nivcsw: int32 });

export const KinfoLwp = struct('kinfo_lwp', {
  kl_pid: int32,
  kl_tid: int32,
  kl_flags: int32,
  kl_stat: int32,
  kl_lock: int32,
  kl_tdflags: int32,
  kl_mpcount: int32,
  kl_prio: int32,
  kl_tdprio: int32,
  kl_rtprio_type: int32,
  kl_rtprio_prio: int32,
  kl_uticks: int32,
  kl_sticks: int32,
  kl_iticks: int32,
  kl_cpticks: int32,
  kl_pctcpu: int32,
  kl_slptime: int32,
  kl_origcpu: int32,
  kl_estcpu: int32,
  kl_cpuid: int32,
  kl_ru: nested(KinfoRusage),
  kl_siglist: int32,
  kl_sigmask: int32,
  kl_wchan: int32,
  kl_wmesg: cstring(WMESGLEN + 1),
  kl_comm: cstring(COMM_BYTES),
});

/** Word offsets. */
export const KL = KinfoLwp.offsets;

export const KinfoProc = struct('kinfo_proc', {
  kp_paddr: int32,
  kp_flags: int32,
  kp_stat: int32,
  kp_lock: int32,
  kp_acflag: int32,
  kp_traceflag: int32,
  kp_fd: int32,
  kp_siglist: int32,
  kp_sigignore: int32,
  kp_sigcatch: int32,
  kp_sigflag: int32,
  kp_start: int32,
  kp_comm: cstring(COMM_BYTES),
  kp_uid: int32,
  kp_ngroups: int32,
  kp_groups: array(int32, NGROUPS),
  kp_ruid: int32,
  kp_svuid: int32,
  kp_rgid: int32,
  kp_svgid: int32,
  kp_pid: int32,
  kp_ppid: int32,
  kp_pgid: int32,
  kp_jobc: int32,
  kp_sid: int32,
  kp_login: cstring(LOGIN_BYTES),
  kp_tdev: int32,
  kp_tpgid: int32,
  kp_tsid: int32,
  kp_exitstat: int32,
  kp_nthreads: int32,
  kp_nice: int32,
  kp_swtime: int32,
  kp_vm_map_size: int32,
  kp_vm_rssize: int32,
  kp_vm_swrss: int32,
  kp_vm_tsize: int32,
  kp_vm_dsize: int32,
  kp_vm_ssize: int32,
  kp_vm_prssize: int32,
  kp_jailid: int32,
  kp_ru: nested(KinfoRusage),
  kp_cru: nested(KinfoRusage),
  kp_auxflags: int32,
  kp_lwp: nested(KinfoLwp),
  kp_ktaddr: int32,
});

/** Word offsets. */
export const KP = KinfoProc.offsets;

/** Bytes of a record. */
export const KINFO_PROC_BYTES = KinfoProc.size * 4;

/** A lwp as a program sees it. */
export type KinfoLwpRecord = Readonly<Record<NumbersOf<typeof KinfoLwp.fields>, number>> & {
  readonly kl_wmesg: string;
  readonly kl_comm: string;
};

/** A process as a program sees it. */
export type KinfoProcRecord = Readonly<Record<NumbersOf<typeof KinfoProc.fields>, number>> & {
  readonly kp_comm: string;
  readonly kp_login: string;
  readonly kp_groups: readonly number[];
  readonly kp_lwp: KinfoLwpRecord;
};

/** Names of the fields of one word. */
type NumbersOf<F> = { [K in keyof F]: F[K] extends { readonly kind: 'int32' } ? K : never }[keyof F];

/** The records in the bytes kern.proc gave; an incomplete last one is left out. */
export function kinfoProcOf(bytes: Uint8Array): KinfoProcRecord[] {
  const count = Math.floor(bytes.length / KINFO_PROC_BYTES);
  const records: KinfoProcRecord[] = [];
  for (let at = 0; at < count; at++) {
    const view = new DataView(bytes.buffer, bytes.byteOffset + at * KINFO_PROC_BYTES, KINFO_PROC_BYTES);
    records.push(decodeStruct(KinfoProc, view, 0) as unknown as KinfoProcRecord);
  }
  return records;
}

/** A struct in bytes as an object: numbers, texts, arrays of them. */
export function decodeStruct(layout: StructLayout, view: DataView, word: number): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(layout.fields).map(([name, type]) => [
      name,
      decodeField(type, view, word + layout.offsets[name]),
    ]),
  );
}

function decodeField(type: FieldType, view: DataView, word: number): unknown {
  if (type.kind === 'cstring') return decodeText(view, word * 4, type.bytes);
  if (type.kind === 'struct') return decodeStruct(type.layout, view, word);
  if (type.kind !== 'array') return view.getInt32(word * 4, true);
  const { element, length } = type;
  return Array.from({ length }, (_, at) => decodeField(element, view, word + at * element.words));
}

function decodeText(view: DataView, start: number, length: number): string {
  const bytes = new Uint8Array(view.buffer, view.byteOffset + start, length);
  const end = bytes.indexOf(0);
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.slice(0, end === -1 ? length : end));
}
