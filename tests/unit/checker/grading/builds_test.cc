#include "checker/grading/builds.h"

#include <doctest/doctest.h>
#include <future>

using grading::Builds;
using Numbers = std::vector<unsigned>;

TEST_CASE("a build has failed unless somebody says otherwise") {
    Builds builds{3};
    {
        Builds::Result five{builds, 5};
        Builds::Result two{builds, 2};
        Builds::Result one{builds, 1};
        one.succeeded();
        one.succeeded();  // counts once
    }
    CHECK(builds.wait_for_failures() == Numbers{2, 5});
}

TEST_CASE("who asks waits for the last build, not for what follows it") {
    Builds builds{1};
    Builds::Result result{builds, 1};
    auto answer = std::async(std::launch::async, [&] { return builds.wait_for_failures(); });
    CHECK(answer.wait_for(std::chrono::milliseconds{20}) == std::future_status::timeout);
    result.succeeded();
    CHECK(answer.get().empty());
}

TEST_CASE("a kernel that nobody waits for tells nobody") {
    Builds::Result nobodys;
    nobodys.succeeded();
}
