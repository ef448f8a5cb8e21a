#!/usr/bin/env python3
"""Loads Sigma rules with pySigma, an independent reader, and says which fail.

    yaral convert --to sigma --out FOLDER
    scripts/check_sigma.py FOLDER

Needs the package pysigma; without it the exit code is 77, which the test that
calls this takes for "skipped". Of pySigma's validators those run that look at
values and conditions; opinions about titles and dates are left to the reader.
"""

import pathlib
import sys

try:
    from sigma.collection import SigmaCollection
    from sigma.correlations import SigmaCorrelationRule
    from sigma.validation import SigmaValidator
    from sigma.validators.core import validators
except ImportError as error:
    print(f"pysigma is not there: {error}")
    sys.exit(77)

# What a wrong translation would trip over.
CHOSEN = [
    "all_of_them_condition",
    "dangling_condition",
    "dangling_detection",
    "double_wildcard",
    "escaped_wildcard",
    "identifier_existence",
    "identifier_uniqueness",
    "invalid_modifier_combinations",
    "number_as_string",
    "status_existence",
    "wildcards_instead_of_contains",
    "wildcards_instead_of_endswith",
    "wildcards_instead_of_startswith",
]


def main():
    folder = pathlib.Path(sys.argv[1])
    files = sorted(folder.glob("*.yml"))
    # A backslash before a wildcard is there on purpose: the wildcard is meant as itself.
    chosen = [validators[name] for name in CHOSEN if name in validators and name != "escaped_wildcard"]
    validator = SigmaValidator(chosen)
    failed = 0
    rules = 0
    for path in files:
        try:
            collection = SigmaCollection.from_yaml(path.read_text(encoding="utf-8"))
            collection.resolve_rule_references()
            for rule in collection:
                rules += 1
                if not isinstance(rule, SigmaCorrelationRule):
                    for condition in rule.detection.parsed_condition:
                        _ = condition.parsed
                for issue in validator.validate_rule(rule):
                    failed += 1
                    print(f"{path.name}: {issue}")
        except Exception as error:  # Whatever the reader says of a file.
            failed += 1
            print(f"{path.name}: {type(error).__name__}: {error}")
    issues = validator.finalize()
    for issue in issues:
        failed += 1
        print(issue)
    print(f"{len(files)} files, {rules} rules, {failed} failures")
    return 1 if failed or not files else 0


if __name__ == "__main__":
    sys.exit(main())
