#include "cpu/sent_commands.h"

#include <doctest/doctest.h>

using cpu::SentCommand;
using x86::InterruptCommand;

namespace {

constexpr x86::PhysicalAddress page{0x8000};

// The two ways to write the same SIPI. [sdm3 11.6.1, 11.12.9]
constexpr SentCommand in_xapic{.low = 0x4608, .high = 0x03000000};
constexpr SentCommand in_x2apic{.low = 0x4608, .high = 3, .x2apic = 1};
static_assert(in_xapic.command() == InterruptCommand::startup(3, page));
static_assert(in_x2apic.command() == InterruptCommand::startup(3, page));
// The shift forgotten: it goes to 0.
static_assert(SentCommand{.low = 0x4500, .high = 3}.command() == InterruptCommand::init(0));

}  // namespace

TEST_CASE("sent commands: what is noted") {
    CHECK(cpu::is_noted(InterruptCommand::init(1)));
    CHECK(cpu::is_noted(InterruptCommand::startup(1, page)));
    CHECK(cpu::is_noted(InterruptCommand::nmi(1)));
    CHECK_FALSE(cpu::is_noted(InterruptCommand::fixed(1, 32)));
    CHECK_FALSE(cpu::is_noted(InterruptCommand::fixed(1, 0x50)));
    // A SIPI without its delivery mode.
    CHECK(cpu::is_noted(InterruptCommand{0x4008}));
}

TEST_CASE("sent commands: the first stay, and all are counted") {
    cpu::SentCommands sent;
    constexpr std::uint32_t all = cpu::SentCommands::capacity + 5;
    for (std::uint32_t i = 0; i < all; ++i) {
        sent.add({.time_us = i});
    }
    CHECK(sent.count == all);
    CHECK(sent.first.front().time_us == 0);
    CHECK(sent.first.back().time_us == cpu::SentCommands::capacity - 1);
}

TEST_CASE("interrupt command: the fields of one that somebody else wrote") {
    const InterruptCommand sipi{0x4608};
    CHECK(sipi.level_is_set());
    CHECK_FALSE(sipi.is_level_triggered());
    CHECK_FALSE(sipi.is_logical());
    CHECK(sipi.shorthand() == x86::Shorthand::none);
    CHECK(sipi.to_all_others().shorthand() == x86::Shorthand::all_others);
    CHECK(InterruptCommand{0x4e08}.is_logical());
    // INIT, asserted and de-asserted as for a processor of 1997; and what is neither.
    CHECK_FALSE(InterruptCommand{0xc500}.is_deassert());
    CHECK(InterruptCommand{0x8500}.is_deassert());
    CHECK_FALSE(InterruptCommand{0x0500}.is_deassert());
    CHECK_FALSE(InterruptCommand{0x8608}.is_deassert());
}
