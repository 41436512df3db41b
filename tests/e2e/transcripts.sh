# What the documents show is what their commands print.

test_transcripts_are_what_is_printed() {
    tools/transcripts.sh > "$scratch/said" 2>&1 || { cat "$scratch/said"; fail "a transcript is not true any more"; }
}
