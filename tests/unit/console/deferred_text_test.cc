#include "console/deferred_text.h"

#include <doctest/doctest.h>
#include <string>

namespace {

using console::DeferredText;

std::string taken(DeferredText& deferred) {
    std::string text;
    while (const auto character = deferred.take()) {
        text += *character;
    }
    return text;
}

}  // namespace

TEST_CASE("deferred text: comes out as it went in, again and again") {
    DeferredText deferred;
    CHECK(deferred.empty());
    CHECK_FALSE(deferred.take());
    for (int round = 0; round < 300; ++round) {  // many times around the ring
        deferred.add("first\n");
        deferred.add("second\n");
        CHECK_FALSE(deferred.empty());
        CHECK(taken(deferred) == "first\nsecond\n");
    }
}

TEST_CASE("deferred text: what does not fit leaves a mark, at every fill") {
    for (std::size_t room = 0; room <= 12; ++room) {
        CAPTURE(room);
        DeferredText deferred;
        const std::string most(DeferredText::capacity - 12, '-');
        deferred.add(most);
        deferred.add(std::string(12 - room, '-').substr(0, 8));
        deferred.add("12345678\n");
        deferred.add("12345678\n");
        const std::string text = taken(deferred);
        CHECK(text.size() <= DeferredText::capacity);
        CHECK(text.ends_with("...\n"));
    }
}

TEST_CASE("deferred text: a text longer than all of it leaves a mark too") {
    DeferredText deferred;
    deferred.add(std::string(DeferredText::capacity + 1, '-'));
    CHECK(taken(deferred) == "...\n");
}
