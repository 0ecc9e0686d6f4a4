/**
 * Owns the texts by which readers of trace.dat know the layout of its events: those of a Linux 6.8 of 64
 * bits, as its events/<system>/<event>/format files have them, for the events that are written here.
 */

const NAME = 16;
const STATES = ['S', 'D', 'T', 't', 'X', 'Z', 'P', 'I'];
/** Numbers of the events, which the kernel gives out anew at each boot. */
export const PRINT_ID = 5;
export const SCHED_WAKING_ID = 310;
export const SCHED_SWITCH_ID = 311;

/** `char comm[16]`, offset, size. */
type Field = readonly [declaration: string, offset: number, size: number, isSigned: boolean];

const COMMON: readonly Field[] = [
  ['unsigned short common_type', 0, 2, false],
  ['unsigned char common_flags', 2, 1, false],
  ['unsigned char common_preempt_count', 3, 1, false],
  ['int common_pid', 4, 4, true],
];

function lineOf([declaration, offset, size, isSigned]: Field): string {
  return `\tfield:${declaration};\toffset:${offset};\tsize:${size};\tsigned:${isSigned ? 1 : 0};\n`;
}

function format(name: string, id: number, fields: readonly Field[], print: string): string {
  const lines = [...COMMON.map(lineOf), '\n', ...fields.map(lineOf)];
  return `name: ${name}\nID: ${id}\nformat:\n${lines.join('')}\nprint fmt: ${print}\n`;
}

const hex = (bit: number): string => `0x${bit.toString(16).padStart(8, '0')}`;
const FLAGS = STATES.map((letter, at) => `{ ${hex(2 ** at)}, "${letter}" }`).join(', ');

/** Of whole states the ones with a letter; the next bit above, 0x100, is that of a preempted thread. */
const SWITCH_PRINT = [
  '"prev_comm=%s prev_pid=%d prev_prio=%d prev_state=%s%s ==> next_comm=%s next_pid=%d next_prio=%d"',
  'REC->prev_comm, REC->prev_pid, REC->prev_prio',
  `(REC->prev_state & 0xff) ? __print_flags(REC->prev_state & 0xff, "|", ${FLAGS}) : "R"`,
  'REC->prev_state & 0x100 ? "+" : ""',
  'REC->next_comm, REC->next_pid, REC->next_prio',
].join(', ');

const SWITCH = format(
  'sched_switch',
  SCHED_SWITCH_ID,
  [
    [`char prev_comm[${NAME}]`, 8, NAME, false],
    ['pid_t prev_pid', 24, 4, true],
    ['int prev_prio', 28, 4, true],
    ['long prev_state', 32, 8, true],
    [`char next_comm[${NAME}]`, 40, NAME, false],
    ['pid_t next_pid', 56, 4, true],
    ['int next_prio', 60, 4, true],
  ],
  SWITCH_PRINT,
);

const WAKING = format(
  'sched_waking',
  SCHED_WAKING_ID,
  [
    [`char comm[${NAME}]`, 8, NAME, false],
    ['pid_t pid', 24, 4, true],
    ['int prio', 28, 4, true],
    ['int target_cpu', 32, 4, true],
  ],
  '"comm=%s pid=%d prio=%d target_cpu=%03d", REC->comm, REC->pid, REC->prio, REC->target_cpu',
);

const PRINT = format(
  'print',
  PRINT_ID,
  [
    ['unsigned long ip', 8, 8, false],
    ['char buf[]', 16, 0, false],
  ],
  '"%ps: %s", (void *)REC->ip, REC->buf',
);

/** events/header_page: what a page begins with. */
export const HEADER_PAGE = [
  '\tfield: u64 timestamp;\toffset:0;\tsize:8;\tsigned:0;\n',
  '\tfield: local_t commit;\toffset:8;\tsize:8;\tsigned:1;\n',
  '\tfield: int overwrite;\toffset:8;\tsize:1;\tsigned:1;\n',
  '\tfield: char data;\toffset:16;\tsize:4080;\tsigned:1;\n',
].join('');

/** events/header_event: what an event begins with. */
export const HEADER_EVENT = [
  '# compressed entry header\n',
  '\ttype_len    :    5 bits\n',
  '\ttime_delta  :   27 bits\n',
  '\tarray       :   32 bits\n',
  '\n',
  '\tpadding     : type == 29\n',
  '\ttime_extend : type == 30\n',
  '\ttime_stamp : type == 31\n',
  '\tdata max type_len  == 28\n',
].join('');

export const FTRACE_FORMATS: readonly string[] = [PRINT];
export const SYSTEMS: ReadonlyMap<string, readonly string[]> = new Map([['sched', [SWITCH, WAKING]]]);
