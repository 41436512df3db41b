#pragma once

#include <algorithm>
#include <latch>
#include <mutex>
#include <utility>
#include <vector>

namespace grading {

/// Which of several labs, built side by side, can be built. Whoever needs to know waits for all.
class Builds {
  public:
    explicit Builds(std::size_t labs) : outstanding_(static_cast<std::ptrdiff_t>(labs)) {}

    /// One lab's build. It has failed unless somebody says otherwise while this lives.
    class Result {
      public:
        Result(Builds& builds, unsigned lab) : builds_(&builds), lab_(lab) {}
        /// Of a kernel that nobody waits for.
        Result() = default;
        Result(const Result&) = delete;
        Result& operator=(const Result&) = delete;
        ~Result() { tell(false); }

        void succeeded() { tell(true); }

      private:
        void tell(bool built) {
            if (Builds* builds = std::exchange(builds_, nullptr))
                builds->add(lab_, built);
        }

        Builds* builds_ = nullptr;
        unsigned lab_ = 0;
    };

    /// Waits until all are built, or cannot be, and returns those that cannot, by number.
    std::vector<unsigned> wait_for_failures() {
        outstanding_.wait();
        std::ranges::sort(failed_);
        return failed_;
    }

  private:
    void add(unsigned lab, bool built) {
        if (!built) {
            const std::lock_guard lock{mutex_};
            failed_.push_back(lab);
        }
        outstanding_.count_down();
    }

    std::latch outstanding_;
    std::mutex mutex_;
    std::vector<unsigned> failed_;
};

}  // namespace grading
