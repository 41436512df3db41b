// What holds a CPU up in the student's code.
#include <doctest/doctest.h>

#include "checker/diagnosis/exhibits.h"
#include "checker/diagnosis/rules/rules.h"
#include "tests/unit/checker/diagnosis/named.h"
#include "x86/control_registers.h"

using evidence::Cpu;
using evidence::End;
using evidence::Evidence;
using evidence::Handshake;
using evidence::Location;
using judgement::Outcome;

namespace {

const Location seam{0xffffffff80110000, "smp::match_bsp", "labs/5-nx-wp/match_bsp.cc", 12, "pause"};
const Location lock{0xffffffff80113290, "lib::Spinlock::lock", "kernel/lib/spinlock.cc", 22, "jnz"};

std::string hang_id(const Evidence& evidence) {
    return named::id(evidence, Outcome::hang, 5);
}

// CPU 1 stands in the seam, and the kernel has given it up.
Evidence given_up() {
    Evidence evidence = synthetic::healthy();
    Cpu& cpu = evidence.cpus[1];
    cpu.trace = "rpalRJW123";
    cpu.where = seam;
    cpu.handshake = Handshake::given_up;
    cpu.registers->halted = false;
    cpu.registers->rflags = 2;
    return evidence;
}

// CPU 1 has called the lock from the seam, and waits.
Evidence waiting_for(unsigned owner) {
    Evidence evidence = given_up();
    evidence.cpus[1].where = lock;
    evidence.cpus[1].callers = {seam};
    evidence.cpus[1].lock = {"records", owner};
    return evidence;
}

Evidence panicked(std::string text) {
    Evidence evidence = given_up();
    evidence.end = End::panicked;
    evidence.panic_text = std::move(text);
    evidence.panic_cpu = 1;
    evidence.cpus[1].where = {0, "cpu::stop_this_cpu", "kernel/cpu/stop.cc", 9, "hlt"};
    evidence.cpus[1].callers = {{0, "lib::panic_text", "kernel/cpu/panic.cc", 99, ""}, lock, seam};
    return evidence;
}

}  // namespace

TEST_CASE("a halt that nothing ends") {
    Evidence evidence = given_up();
    CHECK(hang_id(evidence) == "seam-hang");
    evidence.cpus[1].registers->halted = true;
    CHECK(hang_id(evidence) == "halted-with-interrupts-off");
    evidence.cpus[1].registers->rflags = x86::rflags::if_.raw;
    CHECK(hang_id(evidence) == "seam-hang");
}

TEST_CASE("a loop without a way out") {
    Evidence evidence = given_up();
    evidence.cpus[1].loop = evidence::Loop{12, 12, true, {}};
    CHECK(hang_id(evidence) == "endless-loop");
    evidence.cpus[1].loop->endless = false;
    CHECK(hang_id(evidence) == "seam-hang");
    evidence.cpus[1].loop->endless = true;
    evidence.cpus[1].handshake = Handshake::online;  // it came back: the sample says nothing
    evidence.cpus[1].trace = synthetic::healthy().cpus[1].trace;
    CHECK(hang_id(evidence) == "unknown");
}

TEST_CASE("lock-never-released: only if its owner has left the student's code") {
    CHECK(hang_id(waiting_for(2)) == "lock-never-released");
    Evidence evidence = waiting_for(2);
    evidence.cpus[2].callers = {seam};
    CHECK(hang_id(evidence) != "lock-never-released");
    CHECK(hang_id(waiting_for(1)) == "seam-hang");
    evidence = waiting_for(2);
    evidence.cpus[1].lock->owner.reset();
    CHECK(hang_id(evidence) == "seam-hang");
}

TEST_CASE("lock-held-by-itself: what the lock says, from inside the lock") {
    constexpr const char* text =
        "the CPU with APIC id 1 waits for the lock \"records\", which it holds itself";
    CHECK(named::id(panicked(text), Outcome::not_yet, 5) == "lock-held-by-itself");
    CHECK(named::id(panicked("something else"), Outcome::not_yet, 5) == "kernel-panic");
    Evidence forged = panicked(text);
    forged.cpus[1].callers = {seam};
    CHECK(named::id(forged, Outcome::not_yet, 5) == "kernel-panic");
    forged.panic_cpu.reset();
    CHECK(named::id(forged, Outcome::not_yet, 5) == "unknown");
}

TEST_CASE("each CPU has a line") {
    Evidence evidence = waiting_for(2);
    lab::Lab lab = synthetic::lab_5();
    const diagnosis::Scene scene{lab, evidence, Outcome::hang};
    CHECK(diagnosis::hung(scene));
    CHECK(diagnosis::each_cpu(scene).lines.size() == 1 + evidence.cpus.size());
    CHECK(diagnosis::waits_for(scene, evidence.cpus[1]) ==
          "the lock \"records\", which CPU 2 holds");
    SUBCASE("the BSP waits for an AP until its deadline") {
        evidence.cpus[1].handshake = Handshake::starting;
        evidence.cpus[0].where.symbol = "cpu::sleep_us";
        CHECK(diagnosis::waits_for(scene, evidence.cpus[0]).find("CPU 1") == std::string::npos);
        evidence.cpus[0].callers = {{0, "smp::wake_aps", "kernel/smp/wake.cc", 110, ""}};
        CHECK(diagnosis::waits_for(scene, evidence.cpus[0]) ==
              "CPU 1 to come up, until its deadline");
        // Not where in that wait: when it is stopped is chance.
        CHECK(diagnosis::each_cpu(scene).lines[1].find("waiting") != std::string::npos);
        CHECK(diagnosis::each_cpu(scene).lines[1].find("sleep_us") == std::string::npos);
    }
    SUBCASE("zeros") {
        evidence.cpus[1].where = {0x7b60, "", "", 0, "add [bx+si], al"};
        evidence.cpus[1].registers->control = {};
        const std::string line = diagnosis::each_cpu(scene).lines[2];
        CHECK(line.find("real mode") != std::string::npos);
        CHECK(line.find("zeros, below 1 MiB") != std::string::npos);
    }
}
