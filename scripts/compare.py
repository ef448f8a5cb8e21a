#!/usr/bin/env python3
"""Runs the public rules of others over the logs that the pack is measured on.

Sigma's rules are run by rsigma, Panther's as the Python that they are. The
figures go to docs/rules/compared.csv, from which docs/rules/compared.md is made
without any of this being at hand. Nothing of the rules is copied.

    scripts/compare.py --sigma DIR --rsigma PROGRAM --panther DIR

DIR are checkouts of SigmaHQ/sigma and panther-labs/panther-analysis; the logs
are found by YARAL_TELEMETRY and YARAL_THIRD_PARTY. Python needs PyYAML and
python-dateutil. Then the page is made by

    YARAL_UPDATE=1 cargo test -p yaral-runtime --test pack_measured
"""

import argparse
import csv
import datetime
import gzip
import importlib
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import types

ROOT = pathlib.Path(__file__).resolve().parent.parent
OUT = ROOT / "docs/rules/compared.csv"
RANKS = {"informational": 0, "info": 0, "low": 1, "medium": 2, "high": 3, "critical": 4}
K8S = ("k8s/audit-meta", "k8s/audit-v120")
PEACE = {
    "openshift": "openshift-benign/audit-benign-pre-attack.log.gz",
    "helm": "helm-lifecycle-benign/audit-benign-helm-lifecycle.ndjson.gz",
}
COLUMNS = [
    "what", "version", "runner", "rules", "log",
    "attack", "attack_medium", "work", "work_medium", "background", "background_medium",
    "openshift", "openshift_medium", "helm", "helm_medium",
]


def lines(path):
    with gzip.open(path, "rt", encoding="utf-8", errors="replace") as file:
        yield from file


def folder(variable):
    path = os.environ.get(variable)
    if not path:
        sys.exit(f"{variable} is not set")
    return pathlib.Path(path)


def labels(path):
    """Step and label by line number, or by audit event."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        rows = csv.DictReader(file)
        return {row.get("event") or row["line"]: (row["step"], row["label"]) for row in rows}


def load():
    """Records by log: (record, step, label); those of peace have no step."""
    telemetry, public = folder("YARAL_TELEMETRY"), folder("YARAL_THIRD_PARTY")
    logs = {"k8s": [], "auditd": []}
    for name in K8S:
        known = labels(telemetry / f"{name}.labels.csv.gz")
        for number, line in enumerate(lines(telemetry / f"{name}.ndjson.gz"), 1):
            logs["k8s"].append((json.loads(line), *known[str(number)]))
    known = labels(telemetry / "auditd/labels.csv.gz")
    for key, record in auditd(telemetry / "auditd/audit.log.gz"):
        logs["auditd"].append((record, *known.get(key, ("", "benign"))))
    for name, file in PEACE.items():
        logs[name] = [(json.loads(line), "", "benign") for line in lines(public / file)]
    return logs


def auditd(path):
    """Audit records with the fields that Sigma's rules for Linux name."""
    events = {}
    for line in lines(path):
        head = re.match(r"(?:node=\S+ )?type=(\w+) msg=audit\(([^)]*)\): ?(.*)", line.rstrip("\n"))
        if not head:
            continue
        kind, key, rest = head.groups()
        rest = rest.split("\x1d")[0]
        fields = {name: value(text) for name, text in re.findall(r'(\w+)=("[^"]*"|\S+)', rest)}
        fields["type"] = kind
        events.setdefault(key, []).append(fields)
    for key, records in events.items():
        process = {}
        for fields in records:
            if fields["type"] == "EXECVE":
                words = [fields[f"a{i}"] for i in range(int(fields.get("argc", 0))) if f"a{i}" in fields]
                process["CommandLine"] = " ".join(words)
            elif fields["type"] == "SYSCALL":
                process["Image"] = fields.get("exe", "")
            elif fields["type"] == "CWD":
                process["CurrentDirectory"] = fields.get("cwd", "")
            yield key, fields
        if "CommandLine" in process:
            yield key, process


def value(text):
    if text.startswith('"'):
        return text.strip('"')
    if re.fullmatch(r"(?:[0-9A-F]{2}){3,}", text):
        return bytes.fromhex(text).decode("utf-8", "replace").replace("\0", " ")
    return text


class Tally:
    """What one set of rules did on one kind of log."""

    def __init__(self, what, version, runner, rules, log):
        self.row = dict(zip(COLUMNS, [what, version, runner, rules, log]))
        self.steps = {}
        self.counts = {}

    def alert(self, of, rank, places):
        """One alert; `places` are the steps and labels of its records."""
        steps = {(step, label) for step, label in places if step and label in ("attack", "benign")}
        # What stands on an attack as well is about the attack.
        about = "attack" if any(label == "attack" for _, label in steps) else "benign"
        for step in (step for step, label in steps if label == about):
            best = self.steps.setdefault(about, {})
            best[step] = max(best.get(step, 0), rank)
        if of in PEACE or (not steps and all(l == "benign" for _, l in places)):
            key = of if of in PEACE else "background"
            self.counts.setdefault(key, []).append(rank)

    def finish(self):
        for word, label in (("attack", "attack"), ("work", "benign")):
            ranks = list(self.steps.get(label, {}).values())
            self.row[word], self.row[f"{word}_medium"] = len(ranks), sum(r >= 2 for r in ranks)
        for key in ("background", *PEACE):
            ranks = self.counts.get(key, [])
            here = key == "background" or self.row["log"] == "k8s"
            self.row[key] = len(ranks) if here else ""
            self.row[f"{key}_medium"] = sum(r >= 2 for r in ranks) if here else ""
        return self.row


def commit(checkout):
    run = subprocess.run(
        ["git", "-C", checkout, "rev-parse", "--short=7", "HEAD"], capture_output=True, text=True
    )
    return run.stdout.strip() or "unknown"


# Sigma


def sigma_files(checkout):
    """The sets of rules: name, log, files."""
    rules = pathlib.Path(checkout) / "rules"
    k8s = sorted((rules / "application/kubernetes/audit").glob("*.yml"))
    tagged = [file for file in k8s if "attack.t1552.007" in file.read_text()]
    linux = sorted((rules / "linux/auditd").rglob("*.yml"))
    linux += sorted((rules / "linux/process_creation").glob("*.yml"))
    yield "Sigma, rules tagged T1552.007", "k8s", tagged
    yield "Sigma, all rules for Kubernetes audit", "k8s", k8s
    yield "Sigma, all rules for Linux auditd and processes", "auditd", linux


def sigma(checkout, program, logs, version):
    import yaml

    for what, log, files in sigma_files(checkout):
        level = {}
        for file in files:
            rule = yaml.safe_load(file.read_text())
            level[rule["id"]] = RANKS[rule["level"]]
        runner = subprocess.run([program, "--version"], capture_output=True, text=True).stdout
        tally = Tally(what, f"SigmaHQ/sigma {version}", runner.splitlines()[0], len(files), log)
        for of in (log, *PEACE) if log == "k8s" else (log,):
            for rule, number in rsigma(program, files, logs[of]):
                _, step, label = logs[of][number]
                tally.alert(of, level[rule], [(step, label)])
        yield tally.finish()


def rsigma(program, files, records):
    """Rule and record number of each match."""
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        rules = scratch / "rules"
        rules.mkdir()
        for number, file in enumerate(files):
            (rules / f"{number}-{file.name}").write_text(file.read_text())
        events = scratch / "events.ndjson"
        with events.open("w") as out:
            for number, (record, *_) in enumerate(records):
                out.write(json.dumps({**record, "record_number": number}) + "\n")
        run = subprocess.run(
            [program, "engine", "eval", "--quiet", "--output-format", "ndjson", "--input-format", "json",
             "--rules", rules, "--include-event", "--event", f"@{events}"],
            capture_output=True,
            text=True,
        )
        if run.returncode not in (0, 1):
            sys.exit(f"rsigma: {run.stderr[-2000:]}")
        for line in run.stdout.splitlines():
            match = json.loads(line)
            yield match["rule_id"], match["event"]["record_number"]


# Panther


def panther_event(model):
    """A class that answers as Panther's events do, by the data model of EKS."""
    paths = {m["Name"]: m["Path"].removeprefix("$.").split(".") for m in model["Mappings"]}

    class Event(dict):
        def deep_get(self, *keys, default=None):
            here = self
            for key in keys:
                here = here.get(key) if isinstance(here, dict) else None
                if here is None:
                    return default
            return here

        def deep_walk(self, *keys, default=None, return_val="all"):
            found = [self]
            for key in keys:
                inner = []
                for item in found:
                    items = item if isinstance(item, list) else [item]
                    inner += [i[key] for i in items if isinstance(i, dict) and key in i]
                found = inner
            flat = [j for i in found for j in (i if isinstance(i, list) else [i])]
            if not flat:
                return default
            return {"first": flat[0], "last": flat[-1]}.get(return_val, flat if len(flat) > 1 else flat[0])

        def udm(self, key, default=None):
            found = self.deep_get(*paths[key]) if key in paths else None
            return default if found is None else found

        def event_time_epoch(self):
            return moment(self)

    return Event


def moment(record):
    text = record.get("stageTimestamp") or record.get("requestReceivedTimestamp") or ""
    try:
        return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()
    except ValueError:
        return 0.0


def panther(checkout, logs, version):
    import yaml

    base = pathlib.Path(checkout)
    sys.path[:0] = [str(base / "global_helpers"), str(base / "rules/kubernetes_rules")]
    # Only for telling severities apart in lookups that need the product.
    sys.modules.setdefault("panther_core", types.ModuleType("panther_core"))
    model = yaml.safe_load((base / "data_models/aws_eks_data_model.yml").read_text())
    event = panther_event(model)
    rules = []
    for file in sorted((base / "rules/kubernetes_rules").glob("*.yml")):
        rule = yaml.safe_load(file.read_text())
        tagged = any("T1552.007" in t for t in rule.get("Reports", {}).get("MITRE ATT&CK", []))
        rules.append((rule, importlib.import_module(rule["Filename"].removesuffix(".py")), tagged))
    for what, wanted in (
        ("Panther, rules that report T1552.007", [r for r in rules if r[2]]),
        ("Panther, all rules for Kubernetes", rules),
    ):
        runner = f"Python {sys.version_info.major}.{sys.version_info.minor}"
        tally = Tally(what, f"panther-analysis {version}", runner, len(wanted), "k8s")
        for of in ("k8s", *PEACE):
            for rule, module, _ in wanted:
                for rank, places in panther_alerts(rule, module, logs[of], event):
                    tally.alert(of, rank, places)
        yield tally.finish()


def panther_alerts(rule, module, records, event):
    """Matches put together as Panther does: by title or dedup and period, with
    an alert where the threshold is reached."""
    groups = {}
    ordered = sorted(records, key=lambda record: moment(record[0]))
    for record, step, label in ordered:
        it = event(record, p_log_type="Amazon.EKS.Audit")
        if not module.rule(it):
            continue
        key = call(module, "dedup", it) or call(module, "title", it) or rule["RuleID"]
        period = rule.get("DedupPeriodMinutes", 60) * 60
        open_groups = groups.setdefault(key, [])
        now = moment(record)
        if not open_groups or now - open_groups[-1]["start"] > period:
            open_groups.append({"start": now, "places": [], "unique": set(), "rank": 0})
        group = open_groups[-1]
        group["places"].append((step, label))
        group["unique"] |= {call(module, "unique", it)} - {None}
        word = call(module, "severity", it) or "DEFAULT"
        word = rule["Severity"] if word == "DEFAULT" else word
        group["rank"] = max(group["rank"], RANKS[word.lower()])
    for group in (group for of in groups.values() for group in of):
        many = len(group["unique"]) if hasattr(module, "unique") else len(group["places"])
        if many >= rule.get("Threshold", 1):
            yield group["rank"], group["places"]


def call(module, name, event):
    function = getattr(module, name, None)
    try:
        return function(event) if function else None
    except (KeyError, AttributeError, TypeError):
        return None


def main():
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    words.add_argument("--sigma", required=True, metavar="DIR")
    words.add_argument("--rsigma", required=True, metavar="PROGRAM")
    words.add_argument("--panther", required=True, metavar="DIR")
    words.add_argument("--sigma-commit", help="where DIR is no checkout but an export")
    words.add_argument("--panther-commit", help="the same")
    args = words.parse_args()
    logs = load()
    rows = list(panther(args.panther, logs, args.panther_commit or commit(args.panther)))
    rows = list(sigma(args.sigma, args.rsigma, logs, args.sigma_commit or commit(args.sigma))) + rows
    with OUT.open("w", newline="") as out:
        writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    print(f"{OUT.relative_to(ROOT)}: {len(rows)} rows")


if __name__ == "__main__":
    main()
