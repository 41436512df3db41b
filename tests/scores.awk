# From the submissions that were judged, a line each: WORD FOLDER and for each engine ENGINE OUTCOME
# DIAGNOSIS POINTS. How many mutants of each lab each engine alone named with their cause, called
# unknown, let pass, or got wrong, and how many right answers passed. WORD is `ok` if it came out as
# expected.

$2 ~ /^tests\/(mutants|variants)\/[0-9]-/ {
    split($2, folder, "/")
    lab = substr(folder[3], 1, 1)
    for (i = 3; i + 3 <= NF; i += 4) {
        kind = folder[2] SUBSEP lab SUBSEP $i
        ++all[kind]
        if ($1 != "ok") ++wrong[kind]
        else if (folder[2] == "mutants" && $(i + 1) == "passed") ++passed[kind]
        else if ($(i + 2) == "unknown") ++unknown[kind]
    }
    if (lab > last) last = lab
}

# mutants LAB ENGINE: three columns.
function mutants(lab, engine,    kind) {
    kind = "mutants" SUBSEP lab SUBSEP engine
    return sprintf("%3d of %-3d %7d %6d %6d",
                   all[kind] - unknown[kind] - passed[kind] - wrong[kind], all[kind],
                   unknown[kind], passed[kind], wrong[kind])
}

# answers LAB ENGINE: one column.
function answers(lab, engine,    kind) {
    kind = "variants" SUBSEP lab SUBSEP engine
    return sprintf("%3d of %d", all[kind] - wrong[kind], all[kind])
}

END {
    if (!last) exit
    print "       mutants in QEMU                  mutants in Bochs                 right answers"
    print "       named      unknown passed  wrong named      unknown passed  wrong QEMU      Bochs"
    for (lab = 1; lab <= last; ++lab)
        printf "lab %d  %s %s  %-9s %s\n", lab, mutants(lab, "qemu"), mutants(lab, "bochs"),
            answers(lab, "qemu"), answers(lab, "bochs")
}
