#include "cpu/features.h"

#include <doctest/doctest.h>

TEST_CASE("a processor with everything lacks nothing") {
    CHECK(cpu::first_missing_feature([](x86::CpuidFeature) { return true; }) == nullptr);
}

TEST_CASE("each missing feature is found") {
    for (const auto& required : cpu::required_features) {
        const auto* missing = cpu::first_missing_feature([&](x86::CpuidFeature feature) {
            return feature.leaf != required.feature.leaf || feature.bit != required.feature.bit;
        });
        CHECK(missing == &required);
    }
}
