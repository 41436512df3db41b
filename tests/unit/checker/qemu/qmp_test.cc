#include <doctest/doctest.h>

#include "checker/qemu/talk.h"
#include "tests/unit/checker/guest/fixture.h"

TEST_CASE("qmp: events and answers, in pieces") {
    const std::string text = fixture::read("qemu/5-nx-wp.qmp");
    for (const std::size_t step : {1u, 7u, 100'000u}) {
        qemu::QmpReader qmp;
        for (std::size_t at = 0; at < text.size(); at += step) {
            qmp.append(std::string_view{text}.substr(at, step));
        }
        CHECK(qmp.shutdown_reason() == "guest-reset");
        CHECK(qmp.take_answer() == "{}");
        const auto registers = qmp.take_answer();
        REQUIRE(registers);
        CHECK(registers->find("CPU#3") != std::string::npos);
        CHECK(!qmp.take_answer());
    }
}

TEST_CASE("qmp: what is no message is dropped") {
    qemu::QmpReader qmp;
    qmp.append("hello\n\n[]\n17\n{\"event\": 3}\n{\"event\": \"SHUTDOWN\"}\n{\"return\": ");
    CHECK(qmp.shutdown_reason() == "");
    qemu::QmpReader odd;
    odd.append("{\"event\": \"SHUTDOWN\", \"data\": {\"reason\": 5}}\n");
    CHECK(odd.shutdown_reason() == "");
    CHECK(!qmp.take_answer());
    qmp.append("\"ok\"}\n{\"error\": {\"desc\": \"no\"}}\n");
    CHECK(qmp.take_answer() == "ok");
    CHECK(qmp.take_answer() == "");
    CHECK(qemu::qmp_monitor("info registers -a").find("\"info registers -a\"") !=
          std::string::npos);
}
