# The settings are known and have a meaning: true, or an error that says which is not.
def one_of($name; $all):
    if . == null or IN($all[]) then true else error("\($name) must be \($all | map(tostring) | join(" or "))") end;
["visible", "hidden", "after_due_date", "after_published"] as $visibilities |
["1", "2", "3", "4", "5", "6"] as $labs |
if type != "object" then error("it is no object") else . end |
(keys - ["engine", "order", "output", "visibility", "labs"]) as $unknown |
if $unknown != [] then error("\($unknown[0]) is not known") else . end |
(.engine | one_of("engine"; ["qemu", "bochs", "both"])) and
(.output | one_of("output"; [true, false])) and
(.visibility | one_of("visibility"; $visibilities)) and
((.order // []) | all(.[]; one_of("each lab of order"; [range(1; 7)]))) and
((.labs // {}) | to_entries | all(.[]; .key as $lab |
    ($lab | one_of("a key of labs"; $labs)) and (.value | one_of("what is said of lab \($lab)"; $visibilities))))
