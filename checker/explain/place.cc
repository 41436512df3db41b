#include "checker/explain/place.h"

#include "checker/guest/code.h"

namespace explain {

using evidence::Location;
using evidence::Registers;
using guest::Symbols;

namespace {

// Where the ELF file has the code that runs at `linear`.
std::uint64_t linked(const Symbols& symbols, std::uint64_t linear) {
    return symbols.bytes(linear, 1).empty() ? symbols.linked_at(linear).value_or(linear) : linear;
}

}  // namespace

Location place(const Symbols& symbols, std::uint64_t linear,
               const std::optional<Registers>& registers) {
    const std::uint64_t address = linked(symbols, linear);
    Location location = symbols.locate(address);
    location.address = linear;
    if (registers)
        location.instruction =
            guest::disassemble(symbols.bytes(address, guest::longest_instruction), linear,
                               guest::code_size(*registers));
    return location;
}

std::span<const std::byte> code_at(const Symbols& symbols, std::uint64_t linear) {
    return symbols.bytes(linked(symbols, linear), guest::longest_instruction);
}

bool after_control_register(const Symbols& symbols, std::uint64_t linear) {
    constexpr std::size_t size = 3;  // MOV CRn, r32: 0f 22 /r [sdm2 MOV]
    const auto bytes = symbols.bytes(linked(symbols, linear) - size, size);
    return bytes.size() == size && bytes[0] == std::byte{0x0f} && bytes[1] == std::byte{0x22};
}

}  // namespace explain
