// The local APIC's error status register. [sdm3 11.5.3]
#pragma once

#include <array>
#include <cstdint>

#include "x86/flags.h"

namespace x86 {

using LapicError = Flags<struct LapicErrorTag, std::uint32_t>;

namespace lapic_error {
inline constexpr auto send_checksum = flag<LapicError>(0);
inline constexpr auto receive_checksum = flag<LapicError>(1);
inline constexpr auto send_accept = flag<LapicError>(2);  // nobody took the message
inline constexpr auto receive_accept = flag<LapicError>(3);
inline constexpr auto redirectable_ipi = flag<LapicError>(4);  // lowest priority, unsupported
inline constexpr auto send_illegal_vector = flag<LapicError>(5);
inline constexpr auto receive_illegal_vector = flag<LapicError>(6);
inline constexpr auto illegal_register_address = flag<LapicError>(7);
}  // namespace lapic_error

inline constexpr auto lapic_error_names = std::to_array<NamedFlag<LapicError>>({
    {lapic_error::send_checksum, "send checksum"},
    {lapic_error::receive_checksum, "receive checksum"},
    {lapic_error::send_accept, "send accept"},
    {lapic_error::receive_accept, "receive accept"},
    {lapic_error::redirectable_ipi, "redirectable IPI"},
    {lapic_error::send_illegal_vector, "send illegal vector"},
    {lapic_error::receive_illegal_vector, "receive illegal vector"},
    {lapic_error::illegal_register_address, "illegal register address"},
});

}  // namespace x86
