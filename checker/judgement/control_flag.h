#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "x86/control_registers.h"

namespace judgement {

/// One bit of CR0, CR4 or EFER, chosen at run time.
struct ControlFlag {
    enum class Register { cr0, cr4, efer };

    Register in = Register::cr0;
    std::uint64_t mask = 0;
    std::string_view name;  // "NXE"

    bool set_in(const x86::ControlState& state) const;
    /// "EFER.NXE"
    std::string full_name() const;
};

std::string_view name(ControlFlag::Register which);
/// The whole register.
std::uint64_t value(ControlFlag::Register which, const x86::ControlState& state);

/// The flag that lab.toml calls "efer.nxe" or "cr0.wp"; empty if there is none of that name.
std::optional<ControlFlag> control_flag(std::string_view text);

/// The first bit that an AP has on beyond those of long mode, and NXE and WP where the BSP has
/// them: nobody gave it to the AP, which has restated it, or copied it with a whole register.
std::optional<ControlFlag> beyond_inherited(const x86::ControlState& ap,
                                            const x86::ControlState& bsp);

/// "LME LMA NXE": the bits that are set, by name; "-" where none is.
std::string bit_names(ControlFlag::Register which, std::uint64_t value);

}  // namespace judgement
