"""A JUnit XML report, as pytest writes it, as counts in JSON on stdout.

python junit_to_json.py REPORT.xml
"""

import json
import sys
from xml.etree import ElementTree


def counts(report: str) -> dict[str, object]:
    """{passed, failed: [name], skipped: [{name, reason}]} of a report file."""
    passed = 0
    failed: list[str] = []
    skipped: list[dict[str, str]] = []
    for case in ElementTree.parse(report).getroot().iter("testcase"):
        name = "::".join(filter(None, [case.get("classname"), case.get("name")]))
        skip = case.find("skipped")
        # A test that passed and then failed in its teardown has both; pytest calls it an error.
        if case.find("failure") is not None or case.find("error") is not None:
            failed.append(name)
        elif skip is not None:
            skipped.append({"name": name, "reason": skip.get("message") or "no reason given"})
        else:
            passed += 1
    # A teardown's error is a second entry of the same test.
    failed = list(dict.fromkeys(failed))
    return {"passed": passed, "failed": failed, "skipped": skipped}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(counts(sys.argv[1])))
