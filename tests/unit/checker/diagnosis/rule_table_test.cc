// The rules as a table.
#include <doctest/doctest.h>

#include "checker/diagnosis/rules.h"

TEST_CASE("ids are unique") {
    for (const diagnosis::Rule& one : diagnosis::rules())
        for (const diagnosis::Rule& other : diagnosis::rules())
            CHECK((&one == &other || one.id != other.id));
}
