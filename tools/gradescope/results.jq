# What a student sees of a report, as the instructor's $settings say: order, visibility, outputs.
$settings[0] as $set |
def lab: .number | split(".")[0];
.tests |= (to_entries | sort_by((.value | lab | tonumber) as $lab | ($set.order // [] | index($lab)) // 99, .key) |
    map(.value | .visibility = ($set.labs[lab] // $set.visibility // "visible") |
        if $set.output == false then del(.output) else . end)) |
# The overview names all labs: who may not see one of them yet does not see it.
if any(.tests[]; .visibility != "visible") or $set.output == false then del(.output) else . end
