#include "cpu/records.h"

#include <asm/prctl.h>
#include <doctest/doctest.h>
#include <sys/syscall.h>
#include <unistd.h>

TEST_CASE("this_cpu() is the record that GS leads to") {
    cpu::PerCpu record;
    record.self = &record;
    record.id = 3;
    unsigned long before = 0;
    REQUIRE(syscall(SYS_arch_prctl, ARCH_GET_GS, &before) == 0);
    REQUIRE(syscall(SYS_arch_prctl, ARCH_SET_GS, &record) == 0);
    const cpu::PerCpu* found = &cpu::this_cpu();
    REQUIRE(syscall(SYS_arch_prctl, ARCH_SET_GS, before) == 0);
    CHECK(found == &record);
    CHECK(found->id == 3);
}

TEST_CASE("records share neither cache lines nor, with anything else, pages") {
    CHECK(alignof(observed::PerCpuRecords) == 4096);
    CHECK(sizeof(observed::PerCpuRecords) % 4096 == 0);
    CHECK(sizeof(observed::PerCpuRecords::Line) == 64);
}
