#include "acpi/soft_off.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

namespace acpi {
namespace {

using Bytes = std::span<const std::byte>;

/// The encodings that the definition can have. [acpi 20.2]
enum class Aml : std::uint8_t {
    zero_op = 0x00,
    one_op = 0x01,
    name_op = 0x08,
    byte_prefix = 0x0a,
    word_prefix = 0x0b,
    dword_prefix = 0x0c,
    package_op = 0x12,
    root = '\\',
};

constexpr std::uint64_t max_sleep_type = 7;

std::optional<std::uint8_t> take(Bytes& rest) {
    if (rest.empty()) {
        return std::nullopt;
    }
    const auto byte = std::to_integer<std::uint8_t>(rest.front());
    rest = rest.subspan(1);
    return byte;
}

/// Little-endian, of 1 to 4 bytes.
std::optional<std::uint64_t> take_number(Bytes& rest, unsigned size) {
    std::uint64_t number = 0;
    for (unsigned i = 0; i != size; ++i) {
        const auto byte = take(rest);
        if (!byte) {
            return std::nullopt;
        }
        number |= std::uint64_t{*byte} << (8 * i);
    }
    return number;
}

/// The contents of a package whose length comes first in `rest`. The two highest bits of the first
/// byte say how many more belong to the length; it counts its own bytes too. [acpi 20.2.4]
std::optional<Bytes> package_contents(Bytes rest) {
    const Bytes package = rest;
    const auto lead = take(rest);
    if (!lead) {
        return std::nullopt;
    }
    std::uint64_t length = *lead & 0x3f;
    if (const unsigned more = *lead >> 6; more != 0) {
        const auto high = take_number(rest, more);
        if (!high) {
            return std::nullopt;
        }
        length = *high << 4 | (*lead & 0xf);
    }
    const std::size_t length_size = package.size() - rest.size();
    if (length < length_size || length > package.size()) {
        return std::nullopt;
    }
    return rest.first(length - length_size);
}

std::optional<std::uint8_t> take_sleep_type(Bytes& rest) {
    const auto op = take(rest);
    std::optional<std::uint64_t> value;
    switch (static_cast<Aml>(op.value_or(0xff))) {
        case Aml::zero_op:
            value = 0;
            break;
        case Aml::one_op:
            value = 1;
            break;
        case Aml::byte_prefix:
            value = take_number(rest, 1);
            break;
        case Aml::word_prefix:
            value = take_number(rest, 2);
            break;
        case Aml::dword_prefix:
            value = take_number(rest, 4);
            break;
        default:
            break;
    }
    return value && *value <= max_sleep_type ? std::optional(static_cast<std::uint8_t>(*value))
                                             : std::nullopt;
}

/// The types in a package; `rest` begins at its operator.
std::optional<SleepTypes> read_package(Bytes rest) {
    if (take(rest) != static_cast<std::uint8_t>(Aml::package_op)) {
        return std::nullopt;
    }
    auto contents = package_contents(rest);
    const auto elements = contents ? take(*contents) : std::nullopt;
    if (elements.value_or(0) < 2) {
        return std::nullopt;
    }
    const auto pm1a = take_sleep_type(*contents);
    const auto pm1b = pm1a ? take_sleep_type(*contents) : std::nullopt;
    return pm1b ? std::optional(SleepTypes{*pm1a, *pm1b}) : std::nullopt;
}

/// Whether what precedes a name makes the name a definition, `Name (_S5` or `Name (\_S5`.
bool ends_in_name_op(Bytes before) {
    if (!before.empty() && before.back() == std::byte{static_cast<std::uint8_t>(Aml::root)}) {
        before = before.first(before.size() - 1);
    }
    return !before.empty() && before.back() == std::byte{static_cast<std::uint8_t>(Aml::name_op)};
}

}  // namespace

lib::Result<SleepTypes> find_soft_off(Bytes aml) {
    constexpr std::array name{std::byte{'_'}, std::byte{'S'}, std::byte{'5'}, std::byte{'_'}};
    bool defined = false;
    Bytes after = aml;
    while (true) {
        const auto found = std::search(after.begin(), after.end(), name.begin(), name.end());
        if (found == after.end()) {
            break;
        }
        const Bytes before(aml.begin(), found);
        after = Bytes(found + name.size(), after.end());
        if (ends_in_name_op(before)) {
            if (const auto types = read_package(after)) {
                return *types;
            }
            defined = true;
        }
    }
    if (defined) {
        return lib::Error("ACPI: the DSDT's \\_S5 is not a package of two sleep types");
    }
    return lib::Error("ACPI: the DSDT defines no \\_S5, so there is no way to switch off");
}

}  // namespace acpi
