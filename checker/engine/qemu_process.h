#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "checker/engine/descriptor.h"
#include "checker/engine/excerpt.h"
#include "checker/engine/process.h"
#include "checker/engine/qmp.h"
#include "checker/engine/reader.h"
#include "checker/engine/request.h"
#include "checker/evidence/qemu_log.h"

namespace engine {

/// A running QEMU and everything that comes out of it. Its destructor ends QEMU.
class QemuProcess {
  public:
    /// `memory` becomes the guest's RAM. Throws StartError if QEMU cannot be started.
    QemuProcess(const Request& request, Descriptor memory);
    QemuProcess(const QemuProcess&) = delete;
    QemuProcess& operator=(const QemuProcess&) = delete;

    /// Waits for output until the deadline, and takes what there is. False once QEMU has closed
    /// everything.
    bool pump(Clock::time_point deadline);
    /// Sends a message of QMP and waits for the answer; nothing if none came in time. What else
    /// QEMU wrote before that answer has been taken afterwards.
    std::optional<std::string> ask(std::string_view message, Clock::time_point deadline);

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
    evidence::QemuLog log_;
    Descriptor commands_;
    Reader qmp_reader_, serial_reader_, log_reader_, error_reader_;
    std::optional<Process> process_;
};

}  // namespace engine
