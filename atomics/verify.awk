# Holds what fired ("RULE,SEVERITY" lines, the first file) against what a test.yaml
# (the second file) expects, one line each. Exit code 1: something is missing, or
# something that has to be silent is not.

BEGIN {
    count = split("INFORMATIONAL LOW MEDIUM HIGH CRITICAL", names, " ")
    for (i = 1; i <= count; i++) rank[names[i]] = i
}

# The value of a key in a line such as `  - { rule: a, at_least: HIGH, what: b }`.
function value(key,    text) {
    if (!match($0, "[{,] *" key ": *[A-Za-z0-9_]+")) return ""
    text = substr($0, RSTART, RLENGTH)
    sub(/.*: */, "", text)
    return text
}

function report(word, kind, rule, more) {
    printf "%-8s %s %-9s %s%s\n", word, id, kind, rule, more
    if (word == "MISSING" || word == "LOUD") bad = 1
}

FILENAME == ARGV[1] {
    split($0, part, ",")
    if (rank[part[2]] > best[part[1]]) best[part[1]] = rank[part[2]]
    next
}

/^[a-z_]+:/ { section = $1 }

section == "signals:" && value("rule") != "" {
    report(value("rule") in best ? "FOUND" : "MISSING", "signal", value("rule"), "")
}

section == "detections:" && value("rule") != "" {
    rule = value("rule")
    if (!(rule in best)) report("MISSING", "detection", rule, "")
    else if (best[rule] < rank[value("at_least")])
        report("MISSING", "detection", rule, ": only " names[best[rule]] ", not " value("at_least"))
    else report("FOUND", "detection", rule, " " names[best[rule]])
}

section == "silent:" && value("rule") != "" {
    rule = value("rule")
    report(rule in best ? "LOUD" : "SILENT", "rule", rule, "")
}

section == "silent:" && value("every_rule_from") != "" {
    loud = 0
    for (rule in best) if (best[rule] >= rank[value("every_rule_from")]) {
        report("LOUD", "rule", rule, " " names[best[rule]])
        loud = 1
    }
    if (!loud) report("SILENT", "rule", "every one from " value("every_rule_from") " on", "")
}

END { exit bad }
