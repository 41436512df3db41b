#include "checker/qemu/read.h"

#include <doctest/doctest.h>

#include "checker/guest/memory.h"
#include "tests/unit/checker/guest/fixture.h"

using evidence::End;
using evidence::Evidence;
using fixture::machine;
using qemu::Capture;

namespace {

Capture capture_of(const std::string& name, std::string reason) {
    Capture capture;
    capture.way = evidence::Way::elf;  // as they were recorded
    capture.cpus_requested = 4;
    capture.end.reset();
    capture.reason = std::move(reason);
    capture.registers = fixture::read("qemu/" + name + ".registers");
    capture.log.append(fixture::read("qemu/" + name + ".log"));
    return capture;
}

std::vector<unsigned> vectors(const evidence::Cpu& cpu) {
    std::vector<unsigned> result;
    for (const evidence::Exception& exception : cpu.exceptions) {
        result.push_back(exception.vector);
    }
    return result;
}

}  // namespace

TEST_CASE("qemu evidence: the log does not number the dead CPU, its registers tell") {
    const Evidence evidence = read(capture_of("5-nx-wp", "guest-reset"), machine);
    CHECK(evidence.engine == evidence::Engine::qemu);
    CHECK(evidence.end == End::triple_fault);
    REQUIRE(evidence.cpus.size() == 4);
    for (const evidence::Cpu& cpu : evidence.cpus) {
        CHECK(cpu.died == (cpu.cpu == 1));
        CHECK(cpu.exceptions.empty() == (cpu.cpu != 1));
        CHECK(cpu.registers);
    }
    const evidence::Cpu& dead = evidence.cpus[1];
    CHECK(vectors(dead) == std::vector<unsigned>{14, 13, 8});
    CHECK(dead.exceptions[0].error == 0x0a);
    CHECK(dead.exceptions[0].cr2 == 0xffffffff8012a048);
    CHECK(dead.exceptions[0].where.address == 0xffffffff8010f382);
    CHECK(!dead.exceptions[1].error);
    CHECK(!dead.exceptions[1].cr2);
    CHECK(dead.exceptions[2].error == 0);
}

TEST_CASE("qemu evidence: every documented fault kills CPU 1") {
    struct Fault {
        const char* name;
        std::vector<unsigned> vectors;
        std::uint32_t error;
    };
    for (const Fault& fault :
         {Fault{"1-identity-map", {14, 14, 8}, 0x10}, Fault{"2-gdt", {13, 13, 8}, 8},
          Fault{"4-long-mode", {13, 13, 8}, 0}, Fault{"6-per-cpu", {13, 13, 8}, 0}}) {
        CAPTURE(fault.name);
        const Evidence evidence = read(capture_of(fault.name, "guest-reset"), machine);
        REQUIRE(evidence.cpus.size() == 4);
        CHECK(evidence.cpus[1].died);
        CHECK(vectors(evidence.cpus[1]) == fault.vectors);
        CHECK(evidence.cpus[1].exceptions[0].error == fault.error);
    }
}

TEST_CASE("qemu evidence: a place in 16-bit code is a linear address") {
    const Evidence evidence = read(capture_of("2-gdt", "guest-reset"), machine);
    CHECK(evidence.cpus.at(1).exceptions.at(0).where.address == 0x805f);
    CHECK(evidence.cpus.at(1).where.address == 0x805f);
}

TEST_CASE("qemu evidence: how a run ends is QEMU's to say") {
    Capture capture = capture_of("solutions", "guest-shutdown");
    CHECK(read(capture, machine).end == End::powered_off);
    CHECK(read(capture, machine).cpus.size() == 4);
    capture.reason = "guest-reset";  // and the log has no triple fault
    CHECK(read(capture, machine).end == End::reset);
    capture.reason = "guest-panic";
    CHECK(read(capture, machine).end == End::panicked);
    capture.reason = "host-signal";
    CHECK(read(capture, machine).end == End::engine_failed);
    CHECK(read(capture, machine).engine_error.find("host-signal") != std::string::npos);
    capture.end = End::timed_out;
    CHECK(read(capture, machine).end == End::timed_out);
    capture.end = End::flooded;
    CHECK(read(capture, machine).end == End::flooded);
    capture.end = End::engine_failed;
    capture.error = "QEMU does not start";
    CHECK(read(capture, machine).end == End::engine_failed);
    CHECK(read(capture, machine).engine_error == "QEMU does not start");
}

TEST_CASE("qemu evidence: what the guest prints cannot look like the log") {
    Capture capture = capture_of("solutions", "guest-reset");
    capture.serial = fixture::read("qemu/5-nx-wp.log");
    const Evidence evidence = read(capture, machine);
    CHECK(evidence.end == End::reset);
    CHECK(evidence.cpus.at(1).exceptions.empty());
}

TEST_CASE("qemu evidence: no registers, no guess") {
    Capture capture = capture_of("5-nx-wp", "guest-reset");
    capture.registers.clear();
    const Evidence evidence = read(capture, machine);
    CHECK(evidence.end == End::triple_fault);
    CHECK(evidence.cpus.empty());
}

TEST_CASE("qemu evidence: who does not tell of its CPUs has not shown that the kernel failed") {
    Capture capture = capture_of("solutions", "guest-shutdown");
    CHECK(read(capture, machine).end == End::powered_off);
    capture.registers.clear();
    CHECK(read(capture, machine).end == End::engine_failed);
}
