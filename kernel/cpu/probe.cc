#include "cpu/probe.h"

#include "cpu/descriptor_tables.h"

extern "C" {
std::uint64_t probe_load(std::uint64_t address, std::uint8_t* failed);
extern const char probe_load_instruction[];
extern const char probe_load_failed[];
}

namespace cpu {

std::optional<std::uint64_t> probe(x86::VirtualAddress address) {
    if (!can_take_traps()) {
        return std::nullopt;
    }
    std::uint8_t failed;
    const std::uint64_t value = probe_load(address.raw, &failed);
    return failed == 0 ? std::optional(value) : std::nullopt;
}

bool recover_probe(TrapFrame& frame) {
    if (!frame.is_exception() || frame.instruction() != x86::address_of(probe_load_instruction)) {
        return false;
    }
    frame.rip = x86::address_of(probe_load_failed).raw;
    return true;
}

}  // namespace cpu
