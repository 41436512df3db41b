# What the engines see of a boot and what a finished one leaves, walked from outside the machine.
test_cases() {
    export LAB_1_STARTER="$scratch/lab-1"
    make kernel iso BUILD="$LAB_1_STARTER" SEAM_1=labs/1-identity-map
    doctest_cases build/e2e/e2e
}
