#include "console/print.h"

#include <atomic>

#include "console/serial.h"
#include "instructions.h"
#include "lib/spinlock.h"

namespace console {

namespace {

constexpr std::uint32_t nobody = 0;

constinit lib::Spinlock lock{"console"};
constinit std::atomic<std::uint32_t> seized_by{nobody};  // a cpu_token
constinit std::atomic<bool> line_is_unfinished{false};

bool seized_by_another() {
    const std::uint32_t owner = seized_by;
    return owner != nobody && owner != lib::cpu_token();
}

void put_text(std::string_view text) {
    for (const char character : text) {
        if (seized_by_another()) {
            return;
        }
        line_is_unfinished = character != '\n';
        put(character);
    }
}

void put_line(std::string_view line) {
    if (line_is_unfinished) {
        put('\n');
    }
    put_text(line);
}

// The holder of the lock may have been stopped by a panic: then nobody waits for it.
bool take_lock() {
    while (!lock.try_lock()) {
        if (seized_by != nobody) {
            return false;
        }
        instructions::pause();
    }
    return true;
}

void write(std::string_view text, void (*put_out)(std::string_view)) {
    const lib::InterruptGuard interrupts_off;
    if (seized_by == lib::cpu_token()) {
        put_out(text);
    } else if (take_lock()) {
        put_out(text);
        lock.unlock();
    }
}

}  // namespace

void print_arguments(std::string_view format, std::span<const lib::Argument> arguments) {
    std::array<char, max_line> storage;
    lib::TextBuffer line(std::span<char>(storage).first(max_line - 1));
    lib::format_arguments(line, format, arguments);

    // A line that was cut has lost its end.
    std::size_t size = line.text().size();
    if (size == 0 || storage[size - 1] != '\n') {
        storage[size++] = '\n';
    }
    write({storage.data(), size}, put_line);
}

void write_raw(std::string_view text) {
    write(text, put_text);
}

void seize() {
    seized_by = lib::cpu_token();
}

}  // namespace console
