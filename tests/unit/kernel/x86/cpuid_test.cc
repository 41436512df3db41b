#include "x86/cpuid.h"

#include <doctest/doctest.h>

using namespace x86;

TEST_CASE("a feature is looked for in its own register") {
    constexpr CpuidResult all_but_eax{.eax = 0, .ebx = ~0u, .ecx = ~0u, .edx = ~0u};
    CHECK_FALSE(CpuidFeature{1, CpuidRegister::eax, 5}.in(all_but_eax));
    CHECK(CpuidFeature{1, CpuidRegister::ebx, 5}.in({.ebx = 1 << 5}));
    CHECK(CpuidFeature{1, CpuidRegister::ecx, 31}.in({.ecx = 1u << 31}));
    CHECK(CpuidFeature{1, CpuidRegister::edx, 0}.in({.edx = 1}));
    CHECK_FALSE(CpuidFeature{1, CpuidRegister::edx, 1}.in({.edx = 1}));
}

TEST_CASE("numbers in leaves") {
    CHECK(cpuid::physical_bits({.eax = 0x3028}) == 40);  // 48 virtual bits beside it
    CHECK(cpuid::initial_apic_id({.ebx = 0x07040800}) == 7);
}
