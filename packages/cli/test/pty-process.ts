/**
 * Runs the built `smplab` at a pseudo terminal, as a person does: python3 sits at the other end, types what
 * the steps say once the screen shows what they wait for, and says how the terminal was left.
 */
import { spawn } from 'node:child_process';
import { BINARY } from './smplab-process.ts';

/** What is waited for (behind what was waited for before), and what is typed then. */
export type PtySteps = readonly (readonly [shown: string, keys: string])[];

export interface PtyOutcome {
  readonly status: number | null;
  /** All that the screen was sent. */
  readonly screen: string;
  /** The terminal echoes and edits lines again. */
  readonly isCooked: boolean;
}

const SITTER = `
import fcntl, json, os, pty, select, struct, sys, termios, time
def login(slave):
    os.setsid()
    fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
    for each in (0, 1, 2):
        os.dup2(slave, each)
steps, command = json.load(sys.stdin)
fd, slave = pty.openpty()
fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack('HHHH', 24, 80, 0, 0))
pid = os.fork()
if pid == 0:
    os.login_tty(slave) if hasattr(os, 'login_tty') else login(slave)
    os.environ['TERM'] = 'xterm'
    os.execvp(command[0], command)
shown, since, end = b'', 0, time.time() + 40
def ended():
    found, status = os.waitpid(pid, os.WNOHANG)
    return None if found == 0 else os.waitstatus_to_exitcode(status)
status = None
while time.time() < end and status is None:
    ready = select.select([fd], [], [], 0.05)[0]
    if ready:
        shown += os.read(fd, 65536)
    elif steps == []:
        status = ended()
    while steps and shown.find(steps[0][0].encode(), since) >= 0:
        since = shown.find(steps[0][0].encode(), since) + len(steps[0][0].encode())
        os.write(fd, steps.pop(0)[1].encode())
if status is None:
    status = ended()
    if status is None:
        os.kill(pid, 9)
while select.select([fd], [], [], 0.05)[0]:
    shown += os.read(fd, 65536)
flags = termios.tcgetattr(slave)[3]
cooked = bool(flags & termios.ICANON) and bool(flags & termios.ECHO)
print(json.dumps({'status': status, 'screen': shown.decode(), 'isCooked': cooked}))
`;

/** Plays a session; the status is null if the process had to be ended. */
export async function atTerminal(steps: PtySteps, ...args: string[]): Promise<PtyOutcome> {
  const child = spawn('python3', ['-c', SITTER], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(JSON.stringify([steps, [process.execPath, BINARY, ...args]]));
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  await new Promise((resolve, reject) => child.on('close', resolve).on('error', reject));
  const outcome = JSON.parse(text) as PtyOutcome;
  return { ...outcome, screen: outcome.screen.replaceAll('\r\n', '\n') };
}
