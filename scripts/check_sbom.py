#!/usr/bin/env python3
"""Checks a CycloneDX 1.6 document against the schema of its specification.

Needs the package cyclonedx-python-lib[json-validation]; says SKIP and succeeds
without it. usage: check_sbom.py FILE
"""

import sys


def main() -> int:
    try:
        from cyclonedx.schema import SchemaVersion
        from cyclonedx.validation.json import JsonStrictValidator
    except ImportError:
        print("SKIP the bill of materials: pip install 'cyclonedx-python-lib[json-validation]'")
        return 0
    with open(sys.argv[1], encoding="utf-8") as file:
        text = file.read()
    error = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    if error is not None:
        print(f"{sys.argv[1]}: {error}")
        return 1
    print(f"{sys.argv[1]}: fits CycloneDX 1.6")
    return 0


if __name__ == "__main__":
    sys.exit(main())
