#pragma once

#include <functional>
#include <initializer_list>
#include <string_view>

#include "checker/process/descriptor.h"
#include "checker/process/process.h"

namespace process {

/// The read end of a pipe, and who gets what comes out of it.
class Reader {
  public:
    using Sink = std::function<void(std::string_view)>;

    Reader() = default;
    Reader(Descriptor descriptor, Sink sink)
        : descriptor_(std::move(descriptor)), sink_(std::move(sink)) {}

    /// False once every writer has closed the pipe.
    bool is_open() const { return descriptor_.is_open(); }
    int number() const { return descriptor_.number(); }
    /// Reads once; call when there is something to read.
    void read();

  private:
    Descriptor descriptor_;
    Sink sink_;
};

/// Waits until something can be read or the deadline is past, and reads what there is: of each, at
/// most what a pipe holds. False if every reader is closed.
bool read_some(std::initializer_list<Reader*> readers, Clock::time_point deadline);

/// Sends text to a child that may have died; false unless the child's end took all of it at once.
/// `to` is an end of socket_pair().
bool send(const Descriptor& to, std::string_view text);

}  // namespace process
