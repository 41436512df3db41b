#include "checker/look/standing.h"

#include <system_error>

#include "checker/error.h"
#include "checker/qemu/process.h"
#include "checker/qemu/read.h"
#include "checker/qemu/registers.h"
#include "checker/qemu/talk.h"

namespace look {

namespace {

namespace fs = std::filesystem;

// QEMU's monitor, for a few questions.
class Monitor {
  public:
    explicit Monitor(const fs::path& socket)
        : commands_(process::connect_to(socket)),
          readers_{process::Reader{process::duplicate(commands_),
                                   [this](std::string_view bytes) { qmp_.append(bytes); }}} {
        ask(qemu::qmp_command("qmp_capabilities"));
    }

    std::string ask(std::string_view message) {
        constexpr auto patience = std::chrono::seconds{3};
        const auto deadline = process::Clock::now() + patience;
        process::send(commands_, message);
        while (process::Clock::now() < deadline && process::read_some(readers_, deadline))
            if (auto answer = qmp_.take_answer())
                return *answer;
        throw checker::Error("QEMU does not answer: the machine is gone, or it runs");
    }

  private:
    process::Descriptor commands_;
    qemu::QmpReader qmp_;
    std::array<process::Reader, 1> readers_;
};

[[noreturn]] void machine_is_gone() {
    throw checker::Error("the machine is gone: `quit`, and begin anew with `make debug`");
}

}  // namespace

Standing::Standing(const Place& place) try
    : folder_(place.folder),
      symbols_(place.kernel_elf, place.source_root),
      memory_(process::open_file(place.folder / "memory"), fs::file_size(place.folder / "memory")),
      ram_(memory_.bytes(), qemu::ram_below_4_gib(place.machine, memory_.bytes().size())) {
    ask_qemu(place);
} catch (const std::system_error&) {
    machine_is_gone();
}

void Standing::ask_qemu(const Place& place) {
    Monitor monitor{place.folder / "qmp"};
    const std::string status = monitor.ask(qemu::qmp_command("query-status"));
    ended_ = process::contains(status, "\"shutdown\"");

    qemu::Capture capture;
    capture.way = place.way;
    capture.registers = monitor.ask(qemu::qmp_monitor("info registers -a"));
    capture.log.append(process::contents_of(place.folder / "log"));
    capture.end = ended_ ? std::nullopt : std::optional{evidence::End::timed_out};
    capture.reason = capture.log.triple_fault() ? "guest-reset" : "guest-shutdown";
    capture.cpus_requested = static_cast<unsigned>(qemu::parse_cpus(capture.registers).size());
    evidence_ = qemu::read(capture, machine());
}

unsigned Standing::cpu_of_thread(unsigned thread) const {
    const unsigned qemus = thread == 0 ? 0 : thread - 1;
    return engine::Numbering{evidence_.way, evidence_.cpus_requested}.kernels(qemus);
}

std::string Standing::lapic(unsigned cpu) const try {
    return Monitor{folder_ / "qmp"}.ask(
        qemu::qmp_monitor("info lapic", evidence_.cpus[cpu].apic_id));
} catch (const std::system_error&) {
    machine_is_gone();
}

}  // namespace look
