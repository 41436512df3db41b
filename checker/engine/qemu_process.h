#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "checker/engine/descriptor.h"
#include "checker/engine/excerpt.h"
#include "checker/engine/gdb.h"
#include "checker/engine/process.h"
#include "checker/engine/qmp.h"
#include "checker/engine/reader.h"
#include "checker/engine/request.h"
#include "checker/evidence/qemu_log.h"

namespace engine {

/// A running QEMU and everything that comes out of it. Its destructor ends QEMU.
class QemuProcess {
  public:
    /// What the machine does at first.
    enum class Start { runs, waits_for_debugger };

    /// `memory` becomes the guest's RAM. Throws StartError if QEMU cannot be started.
    QemuProcess(const Request& request, Descriptor memory, Start start);
    QemuProcess(const QemuProcess&) = delete;
    QemuProcess& operator=(const QemuProcess&) = delete;

    /// Waits for output until the deadline, and takes what there is. False once QEMU has closed
    /// everything.
    bool pump(Clock::time_point deadline);
    /// Sends a message of QMP and waits for the answer; nothing if none came in time. What else
    /// QEMU wrote before that answer has been taken afterwards.
    std::optional<std::string> ask(std::string_view message, Clock::time_point deadline);

    /// Sends a packet of GDB's protocol, to a machine that stands still.
    void tell_debugger(std::string_view packet) { send(debugger_, packet); }
    /// The next CPU that has met a breakpoint; nothing if none has.
    std::optional<unsigned> take_stop() { return gdb_.take_stop(); }

    /// False once QEMU has ended.
    bool is_running() const { return qmp_reader_.is_open(); }
    std::chrono::nanoseconds processor_time() const { return process_->processor_time(); }
    const QmpReader& qmp() const { return qmp_; }
    const evidence::QemuLog& log() const { return log_; }
    const Excerpt& serial() const { return serial_; }
    const Excerpt& errors() const { return errors_; }

  private:
    Excerpt serial_, errors_;
    QmpReader qmp_;
    GdbReader gdb_;
    evidence::QemuLog log_;
    Descriptor commands_, debugger_;
    Reader qmp_reader_, serial_reader_, log_reader_, error_reader_, gdb_reader_;
    std::optional<Process> process_;
};

}  // namespace engine
