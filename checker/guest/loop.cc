#include "checker/guest/loop.h"

#include <algorithm>

#include "checker/guest/code.h"
#include "checker/guest/memory.h"

namespace guest {

namespace {

// Follows the code from one instruction on.
class Walk {
  public:
    Walk(const LinearMemory& memory, CodeSize size, std::uint64_t start)
        : memory_(memory), size_(size), start_(start), at_(start) {}

    /// Up to where it comes back. False if it does not.
    bool comes_back() {
        constexpr int longest = 64;  // instructions
        for (int i = 0; i < longest; ++i) {
            const std::uint64_t here = at_;
            if (!take_step()) {
                return false;
            }
            visited_.push_back(here);
            if (back_) {
                return true;
            }
        }
        return false;
    }

    bool endless() const { return endless_; }
    const std::vector<std::uint64_t>& visited() const { return visited_; }
    const std::vector<std::uint64_t>& reads() const { return reads_; }

  private:
    bool take_step() {
        const auto now = step(memory_.read(at_, longest_instruction), at_, size_);
        if (!now || now->flow == Flow::elsewhere) {
            return false;
        }
        if (now->reads) {
            reads_.push_back(*now->reads);
        }
        if (now->flow == Flow::jump && !now->target) {
            return false;
        }
        const bool around =
            now->target && (*now->target == start_ || (*now->target <= start_ && start_ <= at_));
        if (now->flow == Flow::branch || now->flow == Flow::call) {
            endless_ = false;
        }
        if (now->flow == Flow::branch && around) {
            add_straight(*now->target);
            back_ = true;
            return true;
        }
        at_ = now->flow == Flow::jump ? *now->target : at_ + now->length;
        back_ = at_ == start_;
        return true;
    }

    // What lies between the head of the loop and where the walk began.
    void add_straight(std::uint64_t from) {
        constexpr int longest = 64;
        for (int i = 0; i < longest && from < start_; ++i) {
            const auto now = step(memory_.read(from, longest_instruction), from, size_);
            if (!now) {
                return;
            }
            visited_.push_back(from);
            if (now->reads) {
                reads_.push_back(*now->reads);
            }
            from += now->length;
        }
    }

    const LinearMemory& memory_;
    CodeSize size_;
    std::uint64_t start_, at_;
    bool endless_ = true, back_ = false;
    std::vector<std::uint64_t> visited_, reads_;
};

}  // namespace

std::optional<evidence::Loop> loop_at(const Machine& machine,
                                      const evidence::Registers& registers) {
    const LinearMemory memory{machine.memory, machine.model, registers};
    const std::uint64_t start = linear_rip(registers);
    Walk walk{memory, code_size(registers), start};
    if (!walk.comes_back()) {
        return std::nullopt;
    }
    const evidence::Location here = machine.symbols.locate(start);
    evidence::Loop loop{here.line, here.line, walk.endless(), {}};
    for (const std::uint64_t address : walk.visited()) {
        const evidence::Location place = machine.symbols.locate(address);
        if (place.file == here.file && place.line != 0) {
            loop.first_line = std::min(loop.first_line, place.line);
            loop.last_line = std::max(loop.last_line, place.line);
        }
    }
    for (const std::uint64_t address : walk.reads()) {
        std::string name = machine.symbols.object_at(address);
        if (!name.empty() && std::ranges::find(loop.reads, name) == loop.reads.end()) {
            loop.reads.push_back(std::move(name));
        }
    }
    return loop;
}

}  // namespace guest
