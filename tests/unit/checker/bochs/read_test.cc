#include "checker/bochs/read.h"

#include <doctest/doctest.h>

#include "checker/guest/memory.h"
#include "tests/unit/checker/guest/fixture.h"

using bochs::Capture;
using evidence::End;
using evidence::Evidence;
using fixture::machine;

namespace {

Capture capture_of(const std::string& name) {
    Capture capture;
    capture.way = evidence::Way::iso;  // as they were recorded
    capture.cpus_requested = 4;
    capture.end.reset();
    capture.registers = fixture::read("bochs/" + name + ".registers");
    capture.log.append(fixture::read("bochs/" + name + ".log"));
    return capture;
}

}  // namespace

TEST_CASE("bochs evidence: the CPU that shut down, and why") {
    const Evidence evidence = read(capture_of("5-nx-wp"), machine);
    CHECK(evidence.engine == evidence::Engine::bochs);
    CHECK(evidence.end == End::triple_fault);
    REQUIRE(evidence.cpus.size() == 4);
    for (const evidence::Cpu& cpu : evidence.cpus) {
        CHECK(cpu.died == (cpu.cpu == 1));
        CHECK(cpu.registers);
    }
    const auto& exceptions = evidence.cpus[1].exceptions;
    REQUIRE(exceptions.size() == 3);
    CHECK(exceptions[0].vector == 14);
    CHECK(exceptions[0].error == 0x0b);
    CHECK(exceptions[0].cr2 == 0xffffffff8012a048);
    CHECK(exceptions[0].where.address == 0xffffffff8010f382);
    CHECK(exceptions[0].engine_text.starts_with("PAE PTE: reserved bit"));
    CHECK(exceptions[1].vector == 13);
    CHECK(exceptions[2].vector == 8);
}

TEST_CASE("bochs evidence: how a run ends") {
    Capture capture = capture_of("solutions");
    CHECK(read(capture, machine).end == End::powered_off);
    capture.log.append("00099999999i[SYS   ] bx_pc_system_c::Reset(SOFTWARE) called\n");
    CHECK(read(capture, machine).end == End::reset);
    capture.end = End::timed_out;
    CHECK(read(capture, machine).end == End::timed_out);
    capture.end = End::flooded;
    CHECK(read(capture, machine).end == End::flooded);
    capture.end = End::engine_failed;
    capture.error = "why";
    CHECK(read(capture, machine).end == End::engine_failed);
    CHECK(read(capture, machine).engine_error == "why");
}

TEST_CASE("bochs evidence: of a reset and a triple fault the first counts") {
    const std::string_view reset = "00000000100i[SYS   ] bx_pc_system_c::Reset(SOFTWARE) called\n";
    Capture capture = capture_of("5-nx-wp");
    capture.log.append(reset);
    CHECK(read(capture, machine).end == End::triple_fault);

    capture.log = {};
    capture.registers.clear();
    capture.log.append(reset);
    capture.log.append(fixture::read("bochs/5-nx-wp.log"));
    const Evidence evidence = read(capture, machine);
    CHECK(evidence.end == End::reset);
    CHECK_FALSE(evidence.cpus[1].died);
    CHECK_FALSE(evidence.cpus[1].registers);
}

TEST_CASE("bochs evidence: what could not be asked may stand in the log") {
    Capture capture = capture_of("5-nx-wp");
    capture.registers.clear();
    const Evidence evidence = read(capture, machine);
    REQUIRE(evidence.cpus.size() == 4);
    REQUIRE(evidence.cpus[1].registers);
    CHECK(evidence.cpus[1].registers->control.efer.raw == 0x500);
    CHECK(evidence.cpus[1].died);
    CHECK(evidence.cpus[1].exceptions.size() == 3);
}

TEST_CASE("bochs evidence: without registers every CPU stands there, untold") {
    Capture capture;
    capture.way = evidence::Way::iso;  // as they were recorded
    capture.cpus_requested = 4;
    capture.end.reset();
    capture.log.append(
        "00000000200d[CPU1  ] exception(0x08): error_code=0000\n"
        "00000000200d[CPU1  ] exception(0x0d): error_code=0043\n"
        "00000000200p[CPU1  ] >>PANIC<< exception(): 3rd (13) exception with no resolution\n");
    const Evidence evidence = read(capture, machine);
    REQUIRE(evidence.cpus.size() == 4);
    CHECK(!evidence.cpus[1].registers);
    CHECK(evidence.cpus[1].died);
    REQUIRE(evidence.cpus[1].exceptions.size() == 1);
    CHECK(evidence.cpus[1].exceptions[0].vector == 8);
}

TEST_CASE("bochs evidence: a CPU that ran out of memory took Bochs with it") {
    Capture capture;
    capture.way = evidence::Way::iso;  // as they were recorded
    capture.cpus_requested = 3;
    capture.end = End::timed_out;
    capture.serial = "acpi: 3 processors listed\ncpu  1: rpal\ncpu  2: rp";
    capture.log.append(
        "00039751380p[CPU2  ] >>PANIC<< prefetch: running in bogus memory, pAddr=0x0000e0000000\n");
    const Evidence evidence = read(capture, machine);
    CHECK(evidence.end == End::timed_out);
    REQUIRE(evidence.cpus.size() == 3);
    CHECK(evidence.cpus[1].trace == "rpal");
    CHECK(evidence.cpus[2].trace == "rp");
    CHECK(evidence.cpus[2].where.address == 0xe0000000);
}
