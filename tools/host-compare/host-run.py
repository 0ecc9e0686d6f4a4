"""Runs sequences of process operations on the kernel of the host, for the comparison (see machine-run.ts).

Reads {"names": [...], "sequences": [...]} from standard input, writes a JSON array of lists of lines. The
controller is the reaper of all processes it makes (PR_SET_CHILD_SUBREAPER), and the only one that is told of
pids. A process gets its turn by a line in its pipe; the controller then looks into /proc until all sleep, are
stopped, or have ended. Signals go to processes and groups of the sequence only: kill(-1) is never asked for,
and a pid or group that is gone is asked for by a number that nobody can have.
"""
import ctypes
import errno
import json
import os
import select
import signal
import sys
import time

NOBODY = 0x3FFFFFFF
PR_SET_CHILD_SUBREAPER = 36
SETTLE_SECONDS = 10.0
PAUSE_SECONDS = 0.0002


def number_of(name):
    return 0 if name == "0" else getattr(signal, "SIG" + name)


def status_text(status):
    if os.WIFSTOPPED(status):
        return "stopped " + signal.Signals(os.WSTOPSIG(status)).name[3:]
    if os.WIFCONTINUED(status):
        return "continued"
    if os.WIFSIGNALED(status):
        return "killed " + signal.Signals(os.WTERMSIG(status)).name[3:]
    return "exited %d" % os.WEXITSTATUS(status)


def error_text(error):
    return "-1 " + errno.errorcode[error.errno]


class Process:
    def __init__(self, parent):
        self.state, self.pid, self.pgid, self.sid, self.parent = "?", 0, 0, 0, parent


def wait_once(names, pid, options):
    try:
        found, status = os.waitpid(pid, options)
    except OSError as error:
        return error_text(error)
    return "0" if found == 0 else "%s %s" % (names.get(str(found), "somebody"), status_text(status))


def wait_all(names, options):
    found = []
    while True:
        one = wait_once(names, -1, options)
        if one == "0" or one.startswith("-1"):
            return ", ".join(sorted(found) + [one])
        found.append(one)


class Actor:
    """A process of the sequence, in its own right: it never comes back."""

    def __init__(self, run, name):
        self.run, self.name = run, name

    def live(self):
        if self.name == self.run.names[0]:
            os.setsid()
        self.go_on()

    def go_on(self):
        reader = self.run.turns[self.name][0]
        self.run.answer({"ready": self.name})
        buffered = b""
        while True:
            data = os.read(reader, 65536)
            if not data:
                os._exit(99)
            buffered += data
            while b"\n" in buffered:
                line, buffered = buffered.split(b"\n", 1)
                self.act(json.loads(line))

    def act(self, order):
        step, text = order["step"], order["text"]
        if step["op"] == "exit":
            os._exit(step["code"])
        if step["op"] == "exec":
            self.run.answer({"line": text + " = done", "execs": self.name})
            handed = {"name": self.name, "turns": self.run.turns, "answers": self.run.answers}
            os.execv(sys.executable, [sys.executable, os.path.abspath(__file__), json.dumps(handed)])
        if step["op"] == "fork":
            child = step["child"]
            pid = os.fork()
            if pid == 0:
                Actor(self.run, child).live()
            self.run.answer({"line": "%s = %s" % (text, child), "born": child, "pid": pid})
            return
        try:
            result = self.perform(step, order)
        except OSError as error:
            result = error_text(error)
        self.run.answer({"line": "%s = %s" % (text, result)})

    def perform(self, step, order):
        op, names = step["op"], order["names"]
        if op == "setpgid":
            os.setpgid(order["pid"], order["pgid"])
            return "0"
        if op == "setsid":
            os.setsid()
            return self.name
        if op == "getpgid":
            return names.get(str(os.getpgid(order["pid"])), "somebody")
        if op == "getsid":
            return names.get(str(os.getsid(order["pid"])), "somebody")
        if op == "kill":
            os.kill(order["pid"], number_of(step["signal"]))
            return "0"
        if op == "killpg":
            os.killpg(order["pgid"], number_of(step["signal"]))
            return "0"
        options = os.WNOHANG
        options |= os.WUNTRACED if step["untraced"] else 0
        options |= os.WCONTINUED if step["continued"] else 0
        return wait_once(names, order["pid"], options) if op == "wait" else wait_all(names, options)


class Run:
    """One sequence."""

    def __init__(self, names, steps):
        self.names, self.steps, self.lines = names, steps, []
        parents = {step["child"]: step["actor"] for step in steps if step["op"] == "fork"}
        self.known = {name: Process(parents.get(name, "")) for name in names}
        # Who was forked, and who has got as far as its first turn.
        self.awaited, self.ready = set(), set()
        self.turns = {name: os.pipe() for name in names}
        self.answers = os.pipe()
        # A program that was executed takes over where the other was.
        for end in [end for pipe in list(self.turns.values()) + [self.answers] for end in pipe]:
            os.set_inheritable(end, True)

    def answer(self, what):
        os.write(self.answers[1], (json.dumps(what) + "\n").encode())

    def pid_names(self):
        return {str(each.pid): name for name, each in self.known.items() if each.state != "?"}

    def conduct(self):
        first = self.names[0]
        pid = os.fork()
        if pid == 0:
            Actor(self, first).live()
        self.born(first, pid)
        self.settle()
        for at, step in enumerate(self.steps):
            order = self.order_of(step)
            self.lines.append("@%d" % at)
            if isinstance(order, str):
                self.lines.append(order)
            else:
                order.update(step=step, names=self.pid_names())
                os.write(self.turns[step["actor"]][1], (json.dumps(order) + "\n").encode())
                self.settle()
            self.lines.append(self.state_text())
        self.end()
        return self.lines

    def end(self):
        told = len(self.lines)
        for each in self.known.values():
            if each.state in "RTZ":
                os.kill(each.pid, signal.SIGKILL)
        self.settle()
        del self.lines[told:]
        for reader, writer in list(self.turns.values()) + [self.answers]:
            os.close(reader)
            os.close(writer)

    def born(self, name, pid):
        self.awaited.add(name)
        self.known[name].state, self.known[name].pid = "R", pid

    def settle(self):
        """Until all sleep, are stopped or have ended, twice in a row, and what they answered was read."""
        deadline = time.monotonic() + SETTLE_SECONDS
        calm, reaped = 0, []
        while calm < 2 or self.awaited - self.ready:
            if time.monotonic() > deadline:
                raise RuntimeError("the processes of a sequence do not come to rest")
            # States before answers: who answers and sleeps then has answered before it was seen to sleep.
            there = [each for each in self.known.values() if each.state in "RTZ"]
            is_calm = all(self.proc_state(each.pid) in "STZt-" for each in there)
            has_news = self.read_answers()
            found = self.reap()
            reaped += found
            calm = calm + 1 if is_calm and not has_news and not found else 0
            if calm < 2:
                time.sleep(PAUSE_SECONDS)
        if reaped:
            self.lines.append("reaped " + ", ".join(sorted(reaped)))
        for each in self.known.values():
            if each.state in "RTZ":
                self.look(each)

    def reap(self):
        found = []
        while True:
            one = wait_once(self.pid_names(), -1, os.WNOHANG)
            if one == "0" or one.startswith("-1"):
                return found
            found.append(one)

    def read_answers(self):
        news = False
        while select.select([self.answers[0]], [], [], 0)[0]:
            news = True
            for line in os.read(self.answers[0], 65536).decode().splitlines():
                answer = json.loads(line)
                if "line" in answer:
                    self.lines.append(answer["line"])
                if "born" in answer:
                    self.born(answer["born"], answer["pid"])
                self.ready.discard(answer.get("execs"))
                if "ready" in answer:
                    self.ready.add(answer["ready"])
        return news

    def look(self, each):
        state = self.proc_state(each.pid)
        if state == "-":
            each.state = "-"
        elif state == "Z":
            each.state = "Z"
        else:
            each.state = "T" if state in "Tt" else "R"
            each.pgid, each.sid = os.getpgid(each.pid), os.getsid(each.pid)

    @staticmethod
    def proc_state(pid):
        try:
            with open("/proc/%d/stat" % pid) as stat:
                return stat.read().rsplit(")", 1)[1].split()[0]
        except OSError:
            return "-"

    # ---- what controller.ts decides, on this side

    def order_of(self, step):
        actor, text = self.known[step["actor"]], text_of(step)
        if actor.state != "R":
            return "%s: skipped, %s is %s" % (text, step["actor"], actor.state)
        if step["op"] in ("setpgid", "setsid"):
            reason = self.not_asked(step)
            if reason:
                return "%s: not asked, %s" % (text, reason)
        if step["op"] == "killpg":
            return self.group_order(step, actor, text)
        group = step.get("group", "0")
        pgid = 0 if group == "0" else self.pid_of(group)
        about = self.known.get(step.get("target"))
        if step["op"] in ("getpgid", "getsid") and about.state == "Z":
            text += " [zombie]"
        return {"text": text, "pid": self.pid_of(step.get("target", step["actor"])), "pgid": pgid}

    def group_order(self, step, actor, text):
        target = step["target"]
        pgid = actor.pgid if target == "0" else self.known[target].pid
        there = [each for each in self.known.values() if each.state in "RTZ"]
        members = [each for each in there if pgid and each.pgid == pgid]
        if members and all(each.state == "Z" for each in members):
            text += " [zombies]"
        return {"text": text, "pid": 0, "pgid": 0 if target == "0" else pgid if members else NOBODY}

    def not_asked(self, step):
        actor = step["actor"]
        target = actor if step["op"] == "setsid" else step["target"]
        about = self.known[target]
        everybody = self.known.values()
        moved = [each for each in everybody if each is about or self.known.get(each.parent) is about]
        groups = {each.pgid for each in moved}
        if any(each.state == "T" and each.pgid in groups for each in self.known.values()):
            return "somebody is stopped"
        if step["op"] == "setsid":
            return None
        if about.state == "Z":
            return "a zombie"
        if target == actor or about.parent == actor:
            return None
        up = about.parent
        while up:
            if up == actor:
                return "a grandchild"
            up = self.known[up].parent
        return None

    def pid_of(self, name):
        each = self.known[name]
        return NOBODY if each.state in "-?" else each.pid

    def state_text(self):
        names = self.pid_names()
        parts = []
        for name, each in self.known.items():
            if each.state in "RT":
                where = (names.get(str(each.pgid), "somebody"), names.get(str(each.sid), "somebody"))
                parts.append("%s:%s %s/%s" % ((name, each.state) + where))
            elif each.state != "?":
                parts.append("%s:%s" % (name, each.state))
        return "state " + " ".join(parts)


def text_of(step):
    actor, op, target = step["actor"], step["op"], step.get("target", "")
    options = ", WUNTRACED" if step.get("untraced") else ""
    options += ", WCONTINUED" if step.get("continued") else ""
    if op == "fork":
        return "%s fork(%s)" % (actor, step["child"])
    if op == "setpgid":
        return "%s setpgid(%s, %s)" % (actor, target, step["group"])
    if op in ("kill", "killpg"):
        return "%s %s(%s, %s)" % (actor, op, target, step["signal"])
    if op == "wait":
        return "%s wait(%s%s)" % (actor, target, options)
    if op == "waitany":
        return "%s waitany(%s)" % (actor, options[2:])
    if op == "exit":
        return "%s exit(%d)" % (actor, step["code"])
    return "%s %s()" % (actor, op) if op in ("setsid", "exec") else "%s %s(%s)" % (actor, op, target)


class Executed:
    """What of a run an executed program needs: its own part."""

    def __init__(self, handed):
        self.names, self.turns, self.answers = [""], handed["turns"], handed["answers"]

    answer = Run.answer


def main():
    if len(sys.argv) > 1:
        handed = json.loads(sys.argv[1])
        Actor(Executed(handed), handed["name"]).go_on()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        sys.exit("this host gives no subreaper")
    for each in (signal.SIGINT, signal.SIGPIPE):
        signal.signal(each, signal.SIG_DFL)
    given = json.load(sys.stdin)
    lines = []
    for sequence in given["sequences"]:
        run = Run(given["names"], sequence["steps"])
        try:
            lines.append(run.conduct())
        except BaseException:
            for each in run.known.values():
                if each.state in "RTZ":
                    os.kill(each.pid, signal.SIGKILL)
            raise
    json.dump(lines, sys.stdout)


main()
