#include "checker/judgement/control_flag.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <fmt/format.h>

namespace judgement {

namespace {

using Register = ControlFlag::Register;

// The named bits of all three, one register after the other.
constexpr auto flags = [] {
    using namespace x86;
    std::array<ControlFlag, cr4_names.size() + cr0_names.size() + efer_names.size()> all;
    auto* next = all.data();
    const auto add = [&](Register in, const auto& names) {
        for (const auto& named : names)
            *next++ = {in, named.flag.raw, named.name};
    };
    add(Register::cr4, cr4_names);
    add(Register::cr0, cr0_names);
    add(Register::efer, efer_names);
    return all;
}();

}  // namespace

std::string_view name(Register which) {
    return which == Register::cr0 ? "CR0" : which == Register::cr4 ? "CR4" : "EFER";
}

std::uint64_t value(Register which, const x86::ControlState& state) {
    return which == Register::cr0   ? state.cr0.raw
           : which == Register::cr4 ? state.cr4.raw
                                    : state.efer.raw;
}

bool ControlFlag::set_in(const x86::ControlState& state) const {
    return (value(in, state) & mask) != 0;
}

std::string ControlFlag::full_name() const {
    return fmt::format("{}.{}", judgement::name(in), name);
}

std::optional<ControlFlag> control_flag(std::string_view text) {
    const auto is_same = [](char name, char one) { return std::tolower(name) == one; };
    const auto found = std::ranges::find_if(flags, [&](const ControlFlag& flag) {
        return std::ranges::equal(flag.full_name(), text, is_same);
    });
    return found == flags.end() ? std::nullopt : std::optional{*found};
}

std::optional<ControlFlag> beyond_inherited(const x86::ControlState& ap,
                                            const x86::ControlState& bsp) {
    using namespace x86;
    const ControlState due{.cr0 = cr0::pe | cr0::et | cr0::pg | (bsp.cr0 & cr0::wp),
                           .cr4 = cr4::pae,
                           .efer = efer::lme | efer::lma | (bsp.efer & efer::nxe)};
    std::optional<ControlFlag> found;
    for (const ControlFlag& flag : flags)
        if (flag.set_in(ap) && !flag.set_in(due))
            found = flag;
    return found;
}

std::string bit_names(Register which, std::uint64_t value) {
    std::string names;
    const auto append = [&](std::string_view name) {
        names += fmt::format("{}{}", names.empty() ? "" : " ", name);
    };
    std::uint64_t rest = value;
    for (const ControlFlag& flag : flags)
        if (flag.in == which && (value & flag.mask) != 0) {
            append(flag.name);
            rest &= ~flag.mask;
        }
    for (unsigned bit = 0; bit < 64; ++bit) {
        const unsigned first = bit;
        while (bit < 63 && (rest >> bit & 3) == 3)
            ++bit;
        if ((rest & x86::bit(bit)) != 0)
            append(first == bit ? fmt::format("bit {}", bit)
                                : fmt::format("bits {} to {}", first, bit));
    }
    return names.empty() ? "-" : names;
}

}  // namespace judgement
