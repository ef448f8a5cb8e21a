#!/usr/bin/env python3
"""Runs the commands of docs/playbook where this machine can.

Blocks marked `sh docker` run against a Docker daemon of their own, on a socket
in a temporary folder; `sh audit` against a sample of this repository; `sh
yaral` against samples, with the program that is named. Of `kubectl` lines the
subcommands and flags are looked up in its own help. Of the others those run
that only look, or that are about one process, which is made for it. The rest is
counted: it would change this machine, or needs a cluster.

    sudo scripts/playbook.py --yaral target/debug/yaral

What is not installed is skipped and told. Exits with 1 if a command failed.
"""

import argparse
import functools
import gzip
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BOOK = ROOT / "docs/playbook"
BLOCK = re.compile(r"^```sh ?(\w*)\n(.*?)^```$", re.M | re.S)
K8S = "samples/k8s-attack.ndjson.gz"
SAMPLES = [
    K8S,
    "samples/test-1.auditd.log",
    "samples/test-2.auditd.log",
    "samples/test-2.docker-api.ndjson",
    "samples/test-3-host.auditd.log",
    "samples/test-3-pod.auditd.log",
    "samples/dockerd-exposed-all.synthetic.log",
]
SESSION_LOG = ROOT / "samples/test-2.auditd.log"
# A pipe hides the failure of its first command from the shell unless told.
SHELL = ["bash", "-eo", "pipefail", "-c"]
TIMEOUT = 120
# What expressions are tried on: a pod with a bit of all that they ask for.
PODS = """{"apiVersion": "v1", "kind": "Pod",
  "metadata": {"name": "web", "namespace": "prod", "annotations": {"role": "arn"}},
  "status": {"podIP": "10.0.0.1", "hostIP": "10.0.0.2", "certificate": "bWFkZSB1cA=="},
  "webhooks": [{"name": "w", "clientConfig": {"url": "https://x"}, "rules": []}],
  "spec": {"serviceAccountName": "web", "nodeName": "node1", "hostNetwork": false,
    "ephemeralContainers": [], "volumes": [{"name": "v", "secret": {"secretName": "db"}}],
    "containers": [{"name": "web", "image": "web", "securityContext": {"privileged": false},
      "env": [{"name": "A", "valueFrom": {"secretKeyRef": {"name": "db", "key": "k"}}}]}]}}"""
# Programs whose lines may run here, on a process or a folder that is made for it.
HARMLESS = ("cat", "cp", "grep", "kill", "ls", "openssl", "ps", "sha256sum", "ss", "tr")


def blocks():
    """Page, line, kind and text of each block."""
    for page in sorted(BOOK.glob("*.md")):
        text = page.read_text()
        for found in BLOCK.finditer(text):
            line = text.count("\n", 0, found.start()) + 1
            yield page.name, line, found[1] or "plain", found[2]


def fill(text, values):
    """The text with its placeholders filled in."""
    for name, value in values.items():
        text = re.sub(rf"\b{name}\b", lambda _: str(value), text)
    return text


def run(command, cwd=ROOT, env=None):
    """Exit code and the end of what was said."""
    env = {**os.environ, **(env or {})}
    done = subprocess.run(
        [*SHELL, command], cwd=cwd, env=env, timeout=TIMEOUT, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, check=False,
    )
    return done.returncode, done.stdout[-600:]


class Tally:
    """What ran, what failed and what did not run."""

    def __init__(self):
        self.count = {}
        self.failed = []

    def note(self, kind, what):
        key = (kind, what)
        self.count[key] = self.count.get(key, 0) + 1

    def fail(self, place, said):
        self.failed.append(f"{place}: {said}")

    def tell(self):
        for (kind, what), count in sorted(self.count.items()):
            print(f"{count:4} {kind:8} {what}")
        for line in self.failed:
            print("FAILED", line)
        return 1 if self.failed else 0


class Daemon:
    """A Docker daemon of its own, with one image made of busybox."""

    def __init__(self, folder):
        self.folder = folder
        self.socket = f"unix://{folder}/docker.sock"
        self.log = open(folder / "dockerd.log", "w")  # noqa: SIM115
        self.process = subprocess.Popen(
            ["dockerd", "-H", self.socket, "--data-root", folder / "data", "--exec-root", folder / "exec",
             "--pidfile", folder / "pid", "--bridge=none", "--iptables=false", "--ip6tables=false"],
            stdout=self.log, stderr=subprocess.STDOUT,
        )
        self.env = {"DOCKER_HOST": self.socket}
        for _ in range(60):
            if run("docker version", env=self.env)[0] == 0:
                break
            time.sleep(0.5)
        root = folder / "root/bin"
        root.mkdir(parents=True)
        shutil.copy(shutil.which("busybox"), root / "busybox")
        (root / "sh").symlink_to("busybox")
        code, said = run(f"tar -C {folder}/root -c . | docker import - lab/busybox:1", env=self.env)
        if code:
            raise RuntimeError(f"no image: {said}")

    def container(self):
        """The id of a fresh container that holds a made-up credential."""
        script = "echo token=made-up; while :; do /bin/busybox sleep 1; done"
        made = subprocess.run(
            ["docker", "run", "-d", "--network", "none", "-e", "DB_PASSWORD=made-up",
             "-v", "/run/nothing.sock:/nothing.sock", "lab/busybox:1", "/bin/sh", "-c", script],
            env={**os.environ, **self.env}, check=True, text=True, stdout=subprocess.PIPE,
        )
        return made.stdout.strip()

    def ask(self, container, template):
        done = subprocess.run(
            ["docker", "inspect", "--format", template, container],
            env={**os.environ, **self.env}, check=True, text=True, stdout=subprocess.PIPE,
        )
        return done.stdout.strip()

    def end(self):
        run("docker ps -aq | xargs -r docker rm -f", env=self.env)
        self.process.terminate()
        self.process.wait(30)
        self.log.close()


def docker_blocks(tally, found, folder):
    for program in ("dockerd", "docker", "busybox"):
        if not shutil.which(program) or os.geteuid() != 0:
            for _ in found:
                tally.note("docker", f"skipped: needs {program} and root")
            return
    daemon = Daemon(folder)
    try:
        for page, line, text in found:
            container = daemon.container()
            values = {
                "CASE": folder / "case", "CONTAINER": container, "NETWORK": "none",
                "IMAGE": daemon.ask(container, "{{.Image}}"),
            }
            code, said = run(fill(text, values), env=daemon.env)
            tally.note("docker", "ran" if code == 0 else "failed")
            if code:
                tally.fail(f"{page}:{line}", said)
            run(f"docker rm -f {container}", env=daemon.env)
    finally:
        daemon.end()


def audit_blocks(tally, found, folder):
    if not shutil.which("ausearch"):
        for _ in found:
            tally.note("audit", "skipped: no ausearch")
        return
    log = SESSION_LOG.read_text()
    shutil.copy(SESSION_LOG, folder / "case/audit.log")
    values = {
        "CASE": folder / "case",
        "SESSION": re.search(r" ses=(\d+)", log)[1],
        "PID": re.search(r" pid=(\d+)", log)[1],
    }
    for page, line, text in found:
        code, said = run(fill(text, values))
        tally.note("audit", "ran" if code == 0 else "failed")
        if code:
            tally.fail(f"{page}:{line}", said)


def evidence(yaral, folder):
    """Of each rule that fires on a sample: the sample, and file and line of a record."""
    seen = {}
    for sample in SAMPLES:
        path = ROOT / sample
        if sample.endswith(".gz"):
            path = folder / Path(sample).name.removesuffix(".gz")
            path.write_bytes(gzip.decompress((ROOT / sample).read_bytes()))
        done = subprocess.run(
            [yaral, "scan", "--format", "ndjson", path], text=True, cwd=ROOT,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False,
        )
        for line in done.stdout.splitlines():
            detection = json.loads(line)
            first = next((one for one in detection["evidence"] if "line" in one), None)
            if first:
                seen.setdefault(detection["rule"], (path, f"{path}:{first['line']}"))
    return seen


def yaral_blocks(tally, found, folder, yaral):
    if not yaral:
        for _ in found:
            tally.note("yaral", "skipped: no --yaral")
        return
    seen = evidence(yaral, folder)
    (folder / "case/ask/pivot.txt").write_text("kubernetes-admin\nroot\n")
    bin_dir = folder / "bin"
    bin_dir.mkdir()
    (bin_dir / "yaral").symlink_to(Path(yaral).resolve())
    env = {"PATH": f"{bin_dir}:{os.environ['PATH']}"}
    default = seen["k8s_secrets_list_cluster_wide"]
    for page, line, text in found:
        named = re.search(r"yaral explain (\w+)", text)
        rule = named[1] if named and named[1] != "RULE" else "k8s_secrets_list_cluster_wide"
        log, record = seen.get(rule, (default[0], f"{default[0]}:1"))
        values = {"CASE": folder / "case", "LOGS": log, "RECORD": record, "RULE": rule}
        code, said = run(fill(text, values), env=env)
        # It found something, as it should on a sample of one kind of log.
        if text.startswith("yaral doctor ") and code == 1:
            code = 0
        fires = "on a sample it fires on" if rule in seen else "on a sample it is silent on"
        tally.note("yaral", (f"ran, {fires}" if named else "ran") if code == 0 else "failed")
        if code:
            tally.fail(f"{page}:{line}", said)


@functools.cache
def kubectl_help(words):
    done = subprocess.run(["kubectl", *words, "--help"], text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, check=False)
    return done.stdout


@functools.cache
def kubectl_global():
    done = subprocess.run(["kubectl", "options"], text=True, stdout=subprocess.PIPE, check=False)
    return done.stdout


def kubectl_line(words):
    """What is wrong with the words behind `kubectl`, if anything."""
    sub = [words[0]]
    if words[0] in ("auth", "create", "rollout", "set", "config", "certificate"):
        sub.append(words[1])
        if words[:2] == ["create", "secret"]:
            sub.append(words[2])
    text = kubectl_help(tuple(sub))
    if f"kubectl {' '.join(sub)}" not in text:
        return f"no such command: {' '.join(sub)}"
    for word in words[len(sub):]:
        if word in ("-", "--"):
            continue
        flag = word.split("=")[0]
        if flag.startswith("--"):
            known = f"{flag}=" in text or f"{flag}=" in kubectl_global()
        elif re.fullmatch(r"-[A-Za-z]", flag):
            known = f"    {flag}, --" in text or f"    {flag}, --" in kubectl_global()
        else:
            continue
        if not known:
            return f"no such flag of {' '.join(sub)}: {flag}"
    return None


def offline(document, output):
    """Has kubectl read a document, or print it by an expression, without a server."""
    return subprocess.run(
        ["kubectl", "label", "--local", "-f", "-", "looked=at", "-o", output], input=document,
        text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
    )


def kubectl_documents(tally, place, text):
    """Manifests, and the expressions by which answers are printed."""
    for document in re.findall(r"<<'END'\n(.*?)^END$", text, re.M | re.S):
        done = offline(fill(document, {"NS": "prod"}), "name")
        tally.note("kubectl", "failed" if done.returncode else "manifest can be read")
        if done.returncode:
            tally.fail(place, done.stdout)
    for words in kubectl_lines(text):
        for output in (word for word in words if word.startswith("jsonpath=")):
            # Of a list the expression of one member; such lists have no form without a server.
            output = re.sub(r"\{range \.items\[\*\]\}(.*)\{end\}", r"\1", output)
            done = offline(PODS, output)
            silent = done.returncode or (not done.stdout.strip() and "ephemeral" not in output)
            tally.note("kubectl", "failed" if silent else "expression prints something")
            if silent:
                tally.fail(place, done.stdout)


def kubectl_lines(text):
    """The words of each call of kubectl, up to a pipe or a redirection."""
    body = re.sub(r"<<'END'\n.*?^END$", "", text, flags=re.M | re.S)
    for line in body.splitlines():
        for found in re.finditer(r"(?:^|[|(]\s*)kubectl ", line):
            lexer = shlex.shlex(line[found.end():], posix=True, punctuation_chars="|<>();")
            lexer.whitespace_split = True
            words = []
            for word in lexer:
                if word in ("|", "<", "<<", ">", ";", ")", "2"):
                    break
                words.append(word)
            yield words


class Host:
    """What the lines about one process and its files are run on."""

    def __init__(self, folder):
        self.process = subprocess.Popen(["sleep", "600"])
        case = folder / "case"
        self.values = {"CASE": case, "PID": self.process.pid}
        (case / "pod.log").write_text("start password=made-up\nGET /?t=eyJhbGciOiJub25lIn0\n")
        run(f"openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=made-up -days 1"
            f" -keyout {case}/key.pem -out {case}/certificate.pem")

    def runs(self, line):
        """Whether the line only looks, or touches nothing but the process or the case."""
        program = line.split()[0]
        rest = fill(line, self.values)
        if program not in HARMLESS or not shutil.which(program):
            return False
        if re.search(r"\b(CONTAINER|SESSION|ADDRESS|PORT|UNIT)\b", rest):
            return False
        about = ("PID", "CASE/program", "CASE/pod.log", "CASE/certificate.pem")
        return program == "ss" or any(word in line for word in about)

    def end(self):
        self.process.kill()
        self.process.wait()


def plain_block(tally, host, page, line, text):
    if shutil.which("kubectl"):
        kubectl_documents(tally, f"{page}:{line}", text)
    for words in kubectl_lines(text):
        if not shutil.which("kubectl"):
            tally.note("kubectl", "skipped: no kubectl")
            continue
        wrong = kubectl_line(words)
        tally.note("kubectl", "command and flags exist" if not wrong else "failed")
        if wrong:
            tally.fail(f"{page}:{line}", wrong)
    for one in re.sub(r"<<'END'.*?^END$", "", text, flags=re.M | re.S).splitlines():
        if not one.strip() or one.startswith("kubectl "):
            continue
        program = one.split()[0]
        if not host.runs(one):
            tally.note("host", f"not run: {program}")
            continue
        code, said = run(fill(one, host.values))
        # ps of a process without children, and a search without a find, say 1.
        bad = code != 0 and not (code == 1 and (program == "ps" or "| grep" in one))
        tally.note("host", f"failed: {program}" if bad else f"ran: {program}")
        if bad:
            tally.fail(f"{page}:{line}", f"{one}: {said}")


def plain_blocks(tally, found, folder):
    host = Host(folder)
    try:
        for page, line, text in found:
            plain_block(tally, host, page, line, text)
    finally:
        host.end()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--yaral", help="the program, for the blocks that need it")
    options = parser.parse_args()
    kinds = {}
    for page, line, kind, text in blocks():
        kinds.setdefault(kind, []).append((page, line, text))
    tally = Tally()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "case/ask").mkdir(parents=True)
        plain_blocks(tally, kinds.pop("plain", []), folder)
        audit_blocks(tally, kinds.pop("audit", []), folder)
        yaral_blocks(tally, kinds.pop("yaral", []), folder, options.yaral)
        docker_blocks(tally, kinds.pop("docker", []), folder)
    for kind in kinds:
        tally.fail(kind, "a kind of block that nobody runs")
    return tally.tell()


if __name__ == "__main__":
    sys.exit(main())
