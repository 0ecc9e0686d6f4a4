/**
 * The part of Perfetto's schema that the tests read (protos/perfetto/trace). Written apart from the
 * exporter, whose numbers it checks.
 */
import protobuf from 'protobufjs';

const SCHEMA = `
syntax = "proto2";
message Trace { repeated TracePacket packet = 1; }
message TracePacket {
  optional FtraceEventBundle ftrace_events = 1;
  optional ProcessTree process_tree = 2;
  optional uint64 timestamp = 8;
  optional uint32 trusted_packet_sequence_id = 10;
  optional TrackEvent track_event = 11;
  optional uint32 sequence_flags = 13;
  optional SystemInfo system_info = 45;
  optional TrackDescriptor track_descriptor = 60;
}
message SystemInfo { optional Utsname utsname = 1; optional uint32 num_cpus = 8; }
message Utsname {
  optional string sysname = 1;
  optional string version = 2;
  optional string release = 3;
  optional string machine = 4;
}
message ProcessTree {
  message Process { optional int32 pid = 1; optional int32 ppid = 2; repeated string cmdline = 3; }
  message Thread { optional int32 tid = 1; optional string name = 2; optional int32 tgid = 3; }
  repeated Process processes = 1;
  repeated Thread threads = 2;
}
message FtraceEventBundle { optional uint32 cpu = 1; repeated FtraceEvent event = 2; }
message FtraceEvent {
  optional uint64 timestamp = 1;
  optional uint32 pid = 2;
  optional uint32 common_flags = 5;
  optional SchedSwitch sched_switch = 4;
  optional SchedWaking sched_waking = 20;
  optional Ipi ipi_entry = 21;
  optional Ipi ipi_exit = 22;
  optional IpiRaise ipi_raise = 23;
}
message SchedSwitch {
  optional string prev_comm = 1;
  optional int32 prev_pid = 2;
  optional int32 prev_prio = 3;
  optional int64 prev_state = 4;
  optional string next_comm = 5;
  optional int32 next_pid = 6;
  optional int32 next_prio = 7;
}
message SchedWaking {
  optional string comm = 1;
  optional int32 pid = 2;
  optional int32 prio = 3;
  optional int32 success = 4;
  optional int32 target_cpu = 5;
}
message Ipi { optional string reason = 1; }
message IpiRaise { optional uint32 target_cpus = 1; optional string reason = 2; }
message TrackDescriptor {
  optional uint64 uuid = 1;
  optional string name = 2;
  optional ThreadDescriptor thread = 4;
  optional uint64 parent_uuid = 5;
  optional CounterDescriptor counter = 8;
}
message ThreadDescriptor { optional int32 pid = 1; optional int32 tid = 2; optional string thread_name = 5; }
message CounterDescriptor { optional string unit_name = 6; }
message TrackEvent {
  optional int32 type = 9;
  optional uint64 track_uuid = 11;
  optional string name = 23;
  optional int64 counter_value = 30;
  optional double double_counter_value = 44;
}
`;

interface SwitchMessage {
  readonly prev_comm: string;
  readonly prev_pid: number;
  readonly prev_prio: number;
  readonly prev_state: number;
  readonly next_comm: string;
  readonly next_pid: number;
  readonly next_prio: number;
}

export interface EventMessage {
  readonly timestamp: number;
  readonly pid: number;
  readonly common_flags?: number;
  readonly sched_switch?: SwitchMessage;
  readonly sched_waking?: { comm: string; pid: number; prio: number; success: number; target_cpu: number };
  readonly ipi_entry?: { reason: string };
  readonly ipi_exit?: { reason: string };
  readonly ipi_raise?: { target_cpus: number; reason: string };
}

export interface PacketMessage {
  readonly ftrace_events?: { cpu: number; event: EventMessage[] };
  readonly process_tree?: {
    processes: { pid: number; cmdline: string[] }[];
    threads: { tid: number; name: string; tgid: number }[];
  };
  readonly timestamp?: number;
  readonly trusted_packet_sequence_id?: number;
  readonly sequence_flags?: number;
  readonly system_info?: { utsname: { release: string }; num_cpus: number };
  readonly track_event?: {
    type: number;
    track_uuid: number;
    name?: string;
    counter_value?: number;
    double_counter_value?: number;
  };
  readonly track_descriptor?: {
    uuid: number;
    name?: string;
    parent_uuid?: number;
    thread?: { pid: number; tid: number; thread_name: string };
    counter?: object;
  };
}

const root = protobuf.parse(SCHEMA, { keepCase: true }).root;

/** The packets of a file. Fields that the schema does not have are not there. */
export function decodePerfetto(bytes: Uint8Array): PacketMessage[] {
  const type = root.lookupType('Trace');
  const { packet } = type.toObject(type.decode(bytes), { longs: Number }) as { packet: PacketMessage[] };
  return packet;
}

/** The ftrace events of all bundles in order of time, with their CPU. */
export function ftraceEvents(packets: readonly PacketMessage[]): (EventMessage & { cpu: number })[] {
  return packets
    .flatMap(
      ({ ftrace_events: bundle }) => bundle?.event.map((event) => ({ cpu: bundle.cpu, ...event })) ?? [],
    )
    .sort((a, b) => a.timestamp - b.timestamp);
}
