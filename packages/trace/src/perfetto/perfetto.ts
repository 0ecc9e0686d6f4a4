/**
 * Owns the file that ui.perfetto.dev and trace_processor open: packets of protocol buffers
 * (protos/perfetto/trace/trace_packet.proto), scheduling as if a Linux had run, so that their lanes, states
 * and SQL on scheduling work, and tracks for all else.
 */
import type { Trace } from '../event.ts';
import { separatedTimes } from '../separated-times.ts';
import { processesOf, ThreadTable } from '../thread-table.ts';
import { FtraceBundles } from './ftrace-bundles.ts';
import { ProtoWriter } from './proto-writer.ts';
import { Tracks } from './tracks.ts';

const PACKET = 1;
const PROCESS_TREE = 2;
const SYSTEM_INFO = 45;
/** By this readers know what the bits of prev_state mean. */
const RELEASE = '6.8.0-smplab';

/** A trace as the bytes of such a file. */
export function toPerfetto(trace: Trace): Uint8Array {
  const out = new ProtoWriter();
  const threads = new ThreadTable(trace);
  putSystem(out, trace);
  putProcesses(out, trace);
  const bundles = new FtraceBundles(out, threads, trace.cpus);
  const tracks = new Tracks(out, threads);
  const times = separatedTimes(trace.events);
  for (let at = 0; at < trace.events.length; at++) {
    bundles.add(trace.events[at], times[at]);
    tracks.add(trace.events[at], times[at]);
  }
  bundles.finish();
  return out.finish();
}

function putSystem(out: ProtoWriter, { name, cpus }: Trace): void {
  out.begin(PACKET);
  out.begin(SYSTEM_INFO);
  out.begin(1);
  out.text(1, 'Linux');
  out.text(2, name);
  out.text(3, RELEASE);
  out.text(4, 'smplab');
  out.end();
  out.int(8, cpus);
  out.end();
  out.end();
}

function putProcesses(out: ProtoWriter, trace: Trace): void {
  out.begin(PACKET);
  out.begin(PROCESS_TREE);
  for (const [pid, name] of processesOf(trace)) {
    out.begin(1);
    out.int(1, pid);
    out.int(2, 0);
    out.text(3, name);
    out.end();
  }
  for (const { tid, pid, name } of trace.threads) {
    out.begin(2);
    out.int(1, tid);
    out.text(2, name);
    out.int(3, pid);
    out.end();
  }
  out.end();
  out.end();
}
