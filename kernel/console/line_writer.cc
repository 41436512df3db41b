#include "console/line_writer.h"

#include "instructions.h"
#include "lib/cpu_token.h"
#include "lib/interrupts.h"

namespace console {

bool LineWriter::seize() {
    const std::uint32_t self = lib::cpu_token();
    std::uint32_t owner = nobody;
    return seized_by_.compare_exchange_strong(owner, self) || owner == self;
}

void LineWriter::write(std::string_view text, Where where) {
    const lib::InterruptGuard interrupts_off;
    if (seized_by_ == lib::cpu_token()) {
        write_deferred();
        write_now(text, where);
    } else if (lock_.held_by_this_cpu()) {
        deferred_.add(text);
    } else if (lock_unless_seized()) {
        write_now(text, where);
        do {
            write_deferred();
            lock_.unlock();
            // An NMI may have left text between the two; if another CPU has the lock by now, that
            // CPU writes it.
        } while (!deferred_.empty() && lock_.try_lock());
    }
}

void LineWriter::write_now(std::string_view text, Where where) {
    if (where == Where::fresh_line) {
        end_unfinished_line();
    }
    for (const char character : text) {
        put(character);
    }
}

void LineWriter::write_deferred() {
    if (!deferred_.empty()) {
        end_unfinished_line();
    }
    while (const auto character = deferred_.take()) {
        put(*character);
    }
}

void LineWriter::end_unfinished_line() {
    if (unfinished_) {
        put('\n');
    }
}

void LineWriter::put(char character) {
    // A panic elsewhere ends this text in its middle: what it has to say matters more.
    const std::uint32_t owner = seized_by_;
    if (owner != nobody && owner != lib::cpu_token()) {
        return;
    }
    // A panic that interrupts here may start a fresh line too many, but never one too few.
    if (character != '\n') {
        unfinished_ = true;
    }
    output_(character);
    if (character == '\n') {
        unfinished_ = false;
    }
}

bool LineWriter::lock_unless_seized() {
    while (!lock_.try_lock()) {
        if (seized_by_ != nobody) {
            return false;
        }
        instructions::pause();
    }
    return true;
}

}  // namespace console
