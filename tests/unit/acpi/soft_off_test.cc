#include "acpi/soft_off.h"

#include <doctest/doctest.h>
#include <optional>
#include <string>
#include <utility>

#include "tests/unit/boot/byte_builder.h"

namespace {

using test::ByteBuilder;
using test::Bytes;
using Types = std::pair<int, int>;

constexpr auto undefined = "ACPI: the DSDT defines no \\_S5, so there is no way to switch off";
constexpr auto malformed = "ACPI: the DSDT's \\_S5 is not a package of two sleep types";

/// `Name (_S5, ...)`, the package's bytes being what is given.
Bytes definition(std::initializer_list<std::uint8_t> package) {
    ByteBuilder aml;
    aml.text("\x08_S5_");
    for (const std::uint8_t byte : package) {
        aml.u8(byte);
    }
    return aml.bytes();
}

std::optional<Types> types_in(const Bytes& aml) {
    const auto types = acpi::find_soft_off(aml);
    return types ? std::optional(Types{types->pm1a, types->pm1b}) : std::nullopt;
}

std::string soft_off_error(const Bytes& aml) {
    const auto types = acpi::find_soft_off(aml);
    REQUIRE_FALSE(types);
    return std::string(types.error().text());
}

}  // namespace

TEST_CASE("_S5: each way to write the numbers") {
    CHECK(types_in(definition({0x12, 0x06, 4, 0, 0, 0, 0})) == Types{0, 0});
    CHECK(types_in(definition({0x12, 0x04, 2, 1, 0})) == Types{1, 0});
    CHECK(types_in(definition({0x12, 0x06, 2, 0x0a, 5, 0x0a, 7})) == Types{5, 7});
    CHECK(types_in(definition({0x12, 0x08, 2, 0x0b, 5, 0, 0x0b, 6, 0})) == Types{5, 6});
    CHECK(types_in(definition({0x12, 0x08, 2, 0x0c, 5, 0, 0, 0, 1})) == Types{5, 1});
}

TEST_CASE("_S5: with the root's backslash, and without") {
    const Bytes package = ByteBuilder().u8(0x12).u8(4).u8(2).u8(1).u8(1).bytes();
    CHECK(types_in(ByteBuilder().text("\x08\\_S5_").append(package).bytes()) == Types{1, 1});
    CHECK(types_in(ByteBuilder().text("\x08_S5_").append(package).bytes()) == Types{1, 1});
}

TEST_CASE("_S5: package lengths of two, three and four bytes") {
    // The package of 2 elements is followed by other code.
    CHECK(types_in(definition({0x12, 0x45, 0x00, 2, 1, 0, 0xff})) == Types{1, 0});
    CHECK(types_in(definition({0x12, 0x86, 0x00, 0x00, 2, 1, 0, 0xff})) == Types{1, 0});
    CHECK(types_in(definition({0x12, 0xc7, 0x00, 0x00, 0x00, 2, 1, 0, 0xff})) == Types{1, 0});
}

TEST_CASE("_S5: a use of the name is not its definition") {
    CHECK(soft_off_error({}) == undefined);
    CHECK(soft_off_error(ByteBuilder().text("_S5_").bytes()) == undefined);
    CHECK(soft_off_error(ByteBuilder().text("\\_S5_").bytes()) == undefined);
    CHECK(soft_off_error(ByteBuilder().text("x_S5_").u8(0x12).u8(4).u8(2).u8(1).u8(1).bytes()) ==
          undefined);
    const Bytes use = ByteBuilder().text("x_S5_y_S5").bytes();
    CHECK(types_in(ByteBuilder().append(use).append(definition({0x12, 4, 2, 1, 0})).bytes()) ==
          Types{1, 0});
}

TEST_CASE("_S5: a later definition counts where the first one is no package") {
    CHECK(types_in(ByteBuilder()
                       .append(definition({0x0a, 5}))
                       .append(definition({0x12, 4, 2, 1, 0}))
                       .bytes()) == Types{1, 0});
}

TEST_CASE("_S5: definitions that cannot be") {
    CHECK(soft_off_error(definition({})) == malformed);
    CHECK(soft_off_error(definition({0x12})) == malformed);
    CHECK(soft_off_error(definition({0x12, 0x04})) == malformed);  // ends after the length
    CHECK(soft_off_error(definition({0x12, 0x00, 2, 0, 0})) ==
          malformed);  // shorter than its length
    CHECK(soft_off_error(definition({0x12, 0x05, 2, 0, 0})) ==
          malformed);  // past the end of the code
    CHECK(soft_off_error(definition({0x12, 0x03, 2, 0, 0})) == malformed);     // second outside
    CHECK(soft_off_error(definition({0x12, 0x03, 1, 0})) == malformed);        // one element
    CHECK(soft_off_error(definition({0x12, 0x04, 2, 0x0a, 0})) == malformed);  // second missing
    CHECK(soft_off_error(definition({0x12, 0x05, 2, 0, 0x0a, 8})) ==
          malformed);  // 3 bits hold 7 at most
    CHECK(soft_off_error(definition({0x12, 0x06, 2, 0x0b, 0, 1, 0})) == malformed);
    CHECK(soft_off_error(definition({0x12, 0x04, 2, 0xff, 0})) == malformed);  // Ones
    CHECK(soft_off_error(definition({0x12, 0xc4})) == malformed);              // length cut short
    CHECK(soft_off_error(definition({0x12, 0xcf, 0xff, 0xff, 0xff, 2, 0, 0})) == malformed);
    CHECK(soft_off_error(definition({0x12, 0x04, 1, 0, 0})) ==
          malformed);  // the second is not its own
    CHECK(soft_off_error(definition({0x12, 0x41, 0x02, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
                                     0})) == malformed);                    // 33 bytes long
    CHECK(soft_off_error(definition({0x11, 0x04, 2, 0, 0})) == malformed);  // a buffer
}
