#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "checker/engine/request.h"
#include "checker/process/descriptor.h"
#include "checker/process/excerpt.h"
#include "checker/process/process.h"
#include "checker/process/reader.h"
#include "checker/qemu/gdb.h"
#include "checker/qemu/log.h"
#include "checker/qemu/qmp.h"

namespace qemu {

/// A running QEMU and everything that comes out of it. Its destructor ends QEMU.
class Process {
  public:
    /// What the machine does at first.
    enum class Start { runs, waits_for_debugger };

    /// `memory` becomes the guest's RAM. Throws StartError if QEMU cannot be started.
    Process(const engine::Request& request, process::Descriptor memory, Start start);
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;

    /// Waits for output until the deadline, and takes what there is. False once QEMU has closed
    /// everything.
    bool pump(process::Clock::time_point deadline);
    /// Sends a message of QMP and waits for the answer; nothing if none came in time. What else
    /// QEMU wrote before that answer has been taken afterwards.
    std::optional<std::string> ask(std::string_view message, process::Clock::time_point deadline);

    /// Sends a packet of GDB's protocol, to a machine that stands still.
    void tell_debugger(std::string_view packet) { process::send(debugger_, packet); }
    /// The next CPU that has met a breakpoint; nothing if none has.
    std::optional<unsigned> take_stop() { return gdb_.take_stop(); }

    /// False once QEMU has ended.
    bool is_running() const { return qmp_reader_.is_open(); }
    std::chrono::nanoseconds processor_time() const { return process_->processor_time(); }
    const QmpReader& qmp() const { return qmp_; }
    const qemu::Log& log() const { return log_; }
    const process::Excerpt& serial() const { return serial_; }
    const process::Excerpt& errors() const { return errors_; }

  private:
    process::Excerpt serial_, errors_;
    QmpReader qmp_;
    GdbReader gdb_;
    qemu::Log log_;
    process::Descriptor commands_, debugger_;
    process::Reader qmp_reader_, serial_reader_, log_reader_, error_reader_, gdb_reader_;
    std::optional<process::Process> process_;
};

}  // namespace qemu
