// What both engines see of each AP as it enters C++, and of the lower half when the boot has ended.
#include <cstdlib>
#include <doctest/doctest.h>
#include <filesystem>
#include <thread>

#include "checker/boot.h"
#include "checker/qemu/process.h"
#include "checker/qemu/registers.h"

namespace {

using evidence::Engine;

constexpr unsigned cpus = 4;

engine::Request request_for(const std::filesystem::path& folder) {
    engine::Request request;
    request.kernel_elf = folder / "kernel.elf";
    request.firmware = "build/firmware.bin";
    request.iso = folder / "sipi.iso";
    request.cpus = cpus;
    return request;
}

void check_all_seen(const evidence::Evidence& evidence) {
    REQUIRE_MESSAGE(evidence.end == evidence::End::powered_off, evidence.engine_error);
    REQUIRE(evidence.cpus.size() == cpus);
    CHECK(!evidence.cpus[0].arrival);
    for (const evidence::Cpu& cpu : evidence.cpus) {
        CAPTURE(cpu.cpu);
        REQUIRE(cpu.low_map);
        CHECK(cpu.low_map->complete);
        CHECK(cpu.low_map->pages.empty());
        if (cpu.cpu == 0) {
            continue;
        }
        REQUIRE(cpu.arrival.has_value() == (cpu.cpu <= evidence::watched_aps));
        if (!cpu.arrival) {
            continue;
        }
        const evidence::Registers& registers = cpu.arrival->registers;
        CHECK(registers.cs.long_mode);
        CHECK(registers.control.cr0.has(x86::cr0::pg));
        CHECK(cpu.arrival->mailbox.stack_top != 0);
        CHECK(cpu.arrival->mailbox.stack_top % 16 == 0);
        CHECK(registers.rsp == cpu.arrival->mailbox.stack_top - 8);
        const evidence::LowMap& map = cpu.arrival->low_map;
        CHECK(map.complete);
        REQUIRE(map.pages.size() == 1);
        CHECK(map.pages[0].address.raw == 0);
        CHECK(map.pages[0].physical.raw == 0);
        CHECK(map.pages[0].size == 2 << 20);
        CHECK(map.pages[0].writable);
        CHECK(map.pages[0].executable);
    }
}

// The AP dies at the instruction after the one that turned on paging.
void check_none_seen(const evidence::Evidence& evidence) {
    REQUIRE_MESSAGE(evidence.end == evidence::End::triple_fault, evidence.engine_error);
    REQUIRE(evidence.cpus.size() == cpus);
    for (const evidence::Cpu& cpu : evidence.cpus) {
        CHECK(!cpu.arrival);
    }
    CHECK(evidence.cpus[1].died);
    REQUIRE(evidence.cpus[1].low_map);
    CHECK(evidence.cpus[1].low_map->complete);
    CHECK(evidence.cpus[1].low_map->pages.empty());
}

evidence::Evidence boot(Engine engine, const engine::Request& request) {
    return checker::Engines{}.boot(engine, request);
}

/// A kernel with lab 1's starter, which the caller of this program has built.
std::filesystem::path starter() {
    const char* folder = std::getenv("LAB_1_STARTER");
    REQUIRE_MESSAGE(folder, "LAB_1_STARTER names the folder of a kernel with lab 1's starter");
    return folder;
}

}  // namespace

TEST_CASE("arrivals: QEMU shows the first APs as they enter C++") {
    check_all_seen(boot(Engine::qemu, request_for("build")));
}

TEST_CASE("arrivals: Bochs shows the first APs as they enter C++") {
    check_all_seen(boot(Engine::bochs, request_for("build")));
}

TEST_CASE("arrivals: after GRUB too") {
    engine::Request request = request_for("build");
    request.way = evidence::Way::iso;
    check_all_seen(boot(Engine::qemu, request));
    check_all_seen(boot(Engine::bochs, request));
}

TEST_CASE("arrivals: without an identity map QEMU shows none") {
    check_none_seen(boot(Engine::qemu, request_for(starter())));
}

TEST_CASE("arrivals: without an identity map Bochs shows none") {
    check_none_seen(boot(Engine::bochs, request_for(starter())));
}

// It would tell nobody of a machine's end that comes before it has been asked for anything.
TEST_CASE("arrivals: no machine runs in QEMU before QEMU can tell of its end") {
    using namespace std::chrono_literals;
    const engine::Request request = request_for("build");
    process::ForkServers servers;
    qemu::Process qemu{request, process::anonymous_memory(request.memory_mib << 20), servers};
    std::this_thread::sleep_for(500ms);  // a boot takes a fifth of that
    REQUIRE(qemu.ask(qemu::qmp_command("qmp_capabilities")));
    const auto registers = qemu::parse_registers(qemu.monitor("info registers", 0));
    REQUIRE(registers);
    CHECK(registers->rip == 0xfff0);

    qemu.tell_debugger(qemu::gdb_continue());
    const auto limit = process::Clock::now() + 10s;
    while (!qemu.shutdown_reason() && qemu.pump(limit) && process::Clock::now() < limit) {
    }
    CHECK(qemu.shutdown_reason() == "guest-shutdown");
}
