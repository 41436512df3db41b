#include "checker/judgement/control_flag.h"

#include <algorithm>
#include <cctype>
#include <fmt/format.h>

namespace judgement {

namespace {

using Register = ControlFlag::Register;

// Calls `use` with a register's name, its place in a ControlState, and its named bits.
template <class Use>
auto with(Register which, Use use) {
    using x86::ControlState;
    switch (which) {
        case Register::cr0:
            break;
        case Register::cr4:
            return use("CR4", &ControlState::cr4, x86::cr4_names);
        case Register::efer:
            return use("EFER", &ControlState::efer, x86::efer_names);
    }
    return use("CR0", &ControlState::cr0, x86::cr0_names);
}

// Calls `use` with each named bit of a register: its mask and its name.
template <class Use>
void for_each_bit(Register which, Use use) {
    with(which, [&](auto, auto, const auto& names) {
        for (const auto& named : names)
            use(std::uint64_t{named.flag.raw}, named.name);
    });
}

std::string lower(std::string_view text) {
    std::string result{text};
    std::ranges::transform(result, result.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return result;
}

}  // namespace

std::string_view name(Register which) {
    return with(which, [](std::string_view name, auto, const auto&) { return name; });
}

std::uint64_t value(Register which, const x86::ControlState& state) {
    return with(which,
                [&](auto, auto field, const auto&) -> std::uint64_t { return (state.*field).raw; });
}

bool ControlFlag::set_in(const x86::ControlState& state) const {
    return (value(in, state) & mask) != 0;
}

std::string ControlFlag::full_name() const {
    return fmt::format("{}.{}", judgement::name(in), name);
}

std::optional<ControlFlag> control_flag(std::string_view text) {
    std::optional<ControlFlag> found;
    for (const Register which : {Register::cr0, Register::cr4, Register::efer})
        for_each_bit(which, [&](std::uint64_t mask, std::string_view bit) {
            if (lower(fmt::format("{}.{}", name(which), bit)) == text)
                found = ControlFlag{which, mask, bit};
        });
    return found;
}

std::optional<ControlFlag> beyond_inherited(const x86::ControlState& ap,
                                            const x86::ControlState& bsp) {
    using namespace x86;
    const ControlState due{.cr0 = cr0::pe | cr0::et | cr0::pg | (bsp.cr0 & cr0::wp),
                           .cr4 = cr4::pae,
                           .efer = efer::lme | efer::lma | (bsp.efer & efer::nxe)};
    std::optional<ControlFlag> found;
    for (const Register which : {Register::cr4, Register::cr0, Register::efer})
        for_each_bit(which, [&](std::uint64_t mask, std::string_view bit) {
            if ((value(which, ap) & ~value(which, due) & mask) != 0)
                found = ControlFlag{which, mask, bit};
        });
    return found;
}

std::string bit_names(Register which, std::uint64_t value) {
    std::string names;
    const auto append = [&](const std::string& name) {
        names += names.empty() ? name : " " + name;
    };
    std::uint64_t named = 0;
    for_each_bit(which, [&](std::uint64_t mask, std::string_view bit) {
        named |= mask;
        if ((value & mask) != 0)
            append(std::string{bit});
    });
    const std::uint64_t rest = value & ~named;
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
