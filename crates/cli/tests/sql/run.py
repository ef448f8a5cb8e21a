"""Runs translated rules in DuckDB and prints what each finds, a rule a line.

The argument is a JSON file [{"rule": …, "sql": …, "events": …}], whose queries
read the NDJSON file that `events` names. Times come out in microseconds.
"""

import datetime
import json
import sys

try:
    import duckdb
except ImportError:
    sys.exit(77)

EPOCH = datetime.datetime(1970, 1, 1)


def plain(value):
    if isinstance(value, datetime.datetime):
        return (value - EPOCH) // datetime.timedelta(microseconds=1)
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value


def main():
    with open(sys.argv[1], encoding="utf-8") as queries:
        rules = json.load(queries)
    connection = duckdb.connect()
    for rule in rules:
        sql = rule["sql"].replace("'events.ndjson'", "'" + rule["events"] + "'")
        told = {"rule": rule["rule"]}
        try:
            result = connection.execute(sql)
            names = [column[0] for column in result.description]
            rows = result.fetchall()
            told["rows"] = [dict(zip(names, map(plain, row))) for row in rows]
        except duckdb.Error as error:
            told["error"] = str(error)
        print(json.dumps(told))


main()
