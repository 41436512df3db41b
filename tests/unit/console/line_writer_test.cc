#include "console/line_writer.h"

#include <doctest/doctest.h>
#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "line_writer_fixture.h"

using line_writer::Fixture;
using line_writer::output;

TEST_CASE_FIXTURE(Fixture, "line writer: a line begins on a line of its own") {
    writer.write_line("one\n");
    writer.write_raw("cpu 1: ");
    writer.write_raw("rpal");
    writer.write_line("two\n");
    writer.write_line("three\n");
    CHECK(output == "one\ncpu 1: rpal\ntwo\nthree\n");
    CHECK(host_cpu::interrupts_enabled());
}

TEST_CASE_FIXTURE(Fixture, "line writer: interrupts are off while it writes") {
    bool enabled = true;
    interrupt_after(1, [&] { enabled = host_cpu::interrupts_enabled(); });
    writer.write_line("line\n");
    CHECK_FALSE(enabled);
}

TEST_CASE_FIXTURE(Fixture, "line writer: an NMI in the middle of a line prints after it") {
    for (std::size_t at = 0; at < 5; ++at) {
        output.clear();
        interrupt_after(at, [&] {
            writer.write_line("nmi\n");
            writer.write_line("again\n");
        });
        writer.write_line("line\n");
        CHECK(output == "line\nnmi\nagain\n");
    }
    writer.write_line("after\n");
    CHECK(output == "line\nnmi\nagain\nafter\n");
}

TEST_CASE_FIXTURE(Fixture, "line writer: an NMI between any two steps loses and tears nothing") {
    unsigned nmis = 0;
    for (unsigned step = 0; step < 40; ++step) {
        CAPTURE(step);
        output.clear();
        host_cpu::interrupt_at(step, [&] {
            ++nmis;
            writer.write_line("nmi\n");
        });
        writer.write_line("line\n");
        host_cpu::interrupt_at(0, nullptr);
        const bool told = nmis == step + 1;  // from some step on the line is out before
        const bool whole = output == "nmi\nline\n" || output == "line\nnmi\n";
        CHECK((told ? whole : output == "line\n"));
    }
    CHECK(nmis >= 3);  // before the lock is taken, while it is, while it is given back
    CHECK(nmis < 40);
}

TEST_CASE_FIXTURE(Fixture, "line writer: an NMI while an earlier one's text is written waits too") {
    interrupt_after(1, [&] {
        writer.write_line("first\n");
        interrupt_after(7, [&] { writer.write_line("second\n"); });
    });
    writer.write_line("line\n");
    CHECK(output == "line\nfirst\nsecond\n");
}

TEST_CASE_FIXTURE(Fixture, "line writer: an NMI during a partial line begins a fresh one") {
    interrupt_after(1, [&] { writer.write_line("nmi\n"); });
    writer.write_raw("cpu 1: ");
    writer.write_line("two\n");
    CHECK(output == "cpu 1: \nnmi\ntwo\n");
}

TEST_CASE_FIXTURE(Fixture,
                  "line writer: a handler that prints too much loses lines, and it shows") {
    interrupt_after(1, [&] {
        for (int line = 0; line < 1000; ++line) {
            writer.write_line("a line of the flood\n");
        }
    });
    writer.write_line("line\n");
    CHECK(output.size() <= 5 + console::DeferredText::capacity);
    CHECK(output.starts_with("line\na line of the flood\na line"));
    CHECK(output.ends_with("a line of the flood\n...\n"));
    writer.write_line("after\n");
    CHECK(output.ends_with("...\nafter\n"));
}

TEST_CASE_FIXTURE(Fixture, "line writer: lines of several CPUs stay whole") {
    constexpr unsigned cpus = 4;
    constexpr unsigned lines = 300;
    std::vector<std::thread> threads;
    for (unsigned cpu = 0; cpu < cpus; ++cpu) {
        threads.emplace_back([this, cpu] {
            host_cpu::become(cpu);
            for (unsigned line = 0; line < lines; ++line) {
                writer.write_line("cpu " + std::to_string(cpu) + " " + std::to_string(line) + "\n");
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    std::set<std::string> seen;
    std::istringstream stream(output);
    for (std::string line; std::getline(stream, line);) {
        seen.insert(line);
    }
    CHECK(seen.size() == cpus * lines);
    for (unsigned cpu = 0; cpu < cpus; ++cpu) {
        for (unsigned line = 0; line < lines; ++line) {
            CHECK(seen.contains("cpu " + std::to_string(cpu) + " " + std::to_string(line)));
        }
    }
}
