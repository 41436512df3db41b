#pragma once

#include <atomic>
#include <cstdint>
#include <string_view>

#include "console/deferred_text.h"
#include "lib/spinlock.h"

namespace console {

/// Keeps the lines of all CPUs and handlers whole on one output. Whoever writes finds one of these:
///
/// - The lock is free or another CPU's: wait for it with interrupts off, then write.
/// - The lock is this CPU's own: an NMI or exception interrupted a write. Waiting would never end,
///   so the text is left to the interrupted code, which writes it right after its own.
/// - This CPU has seized the output, in a panic: write at once, whoever holds the lock.
/// - Another CPU has seized it: drop the text, and do not go on waiting for a lock whose holder may
///   have been stopped.
///
/// '\n' goes out as it is, without a '\r': a captured log then has plain lines, and emulators'
/// terminals add the rest. A terminal at the end of a real cable has to be told to.
class LineWriter {
  public:
    using Output = void (*)(char);

    explicit constexpr LineWriter(Output output) : output_(output) {}

    /// Writes `line`, which ends in '\n', on a line of its own: an unfinished one is ended first.
    void write_line(std::string_view line) { write(line, Where::fresh_line); }
    /// Goes on wherever the last text ended.
    void write_raw(std::string_view text) { write(text, Where::here); }
    /// See console::seize().
    bool seize();

  private:
    enum class Where : bool { here, fresh_line };
    static constexpr std::uint32_t nobody = 0;

    void write(std::string_view text, Where where);
    void write_now(std::string_view text, Where where);
    void write_deferred();
    void put(char character);
    void end_unfinished_line();
    bool lock_unless_seized();

    Output output_;
    lib::Spinlock lock_{"console"};
    DeferredText deferred_;                         // guarded by lock_
    std::atomic<bool> unfinished_{false};           // the last character was not '\n'
    std::atomic<std::uint32_t> seized_by_{nobody};  // a cpu_token; stays once it is set
};

}  // namespace console
