// A table of how long things took.
#pragma once

#include <algorithm>
#include <chrono>
#include <fmt/format.h>
#include <fstream>
#include <functional>
#include <string>
#include <sys/resource.h>
#include <thread>
#include <vector>

#include "checker/process/process.h"

namespace bench {

using Seconds = std::chrono::duration<double>;

inline constexpr unsigned rounds = 9;
inline constexpr unsigned slow_rounds = 3;  // of what takes seconds

/// At most so much; nothing is limited by 0.
struct Limit {
    double floors = 0;
    double seconds = 0;
};

enum class Clock { wall, processor };

struct Row {
    std::string name;
    Limit limit;
    unsigned rounds;
    std::function<void()> run;
    Clock clock = Clock::wall;
    std::function<void()> prepare = [] {};  // before each round, and not timed
    std::vector<double> seconds = {};
};

// Of this process and its children that have ended, on all processors together.
inline double processor_seconds() {
    double sum = 0;
    for (const auto who : {RUSAGE_SELF, RUSAGE_CHILDREN}) {
        rusage used{};
        getrusage(who, &used);
        for (const timeval& time : {used.ru_utime, used.ru_stime}) {
            sum += static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
        }
    }
    return sum;
}

inline double seconds_of(const Row& row) {
    row.prepare();
    const auto begin = process::Clock::now();
    const double used = processor_seconds();
    row.run();
    return row.clock == Clock::processor ? processor_seconds() - used
                                         : Seconds(process::Clock::now() - begin).count();
}

inline double median(std::vector<double> values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::ranges::nth_element(values, middle);
    return *middle;
}

inline std::string processor() {
    std::ifstream file("/proc/cpuinfo");
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with("model name")) {
            return line.substr(line.find(':') + 2);
        }
    }
    return "an unknown processor";
}

inline void print(const std::vector<Row>& rows) {
    fmt::print("{} x {}; medians of {} rounds, of {} where one takes seconds\n\n",
               std::thread::hardware_concurrency(), processor(), rounds, slow_rounds);
    fmt::print("{:<62}{:>9}{:>9}{:>9}\n", "", "seconds", "/ floor", "at most");
    const double floor = median(rows.front().seconds);
    for (const Row& row : rows) {
        const double seconds = median(row.seconds);
        const Limit& limit = row.limit;
        const bool over = (limit.floors != 0 && seconds / floor > limit.floors) ||
                          (limit.seconds != 0 && seconds > limit.seconds);
        const std::string at_most = limit.floors != 0    ? fmt::format("{:>9.2f}", limit.floors)
                                    : limit.seconds != 0 ? fmt::format("{:>7.1f} s", limit.seconds)
                                                         : "";
        fmt::print("{:<62}{:>9.3f}{:>9.2f}{}{}\n", row.name, seconds, seconds / floor, at_most,
                   over ? "  over" : "");
    }
}

}  // namespace bench
