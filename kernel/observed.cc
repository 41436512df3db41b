#include "observed.h"

namespace observed {

constinit PerCpuRecords per_cpu_records;
constinit std::array<trampoline::ApTrace, max_cpus> ap_traces{};
constinit std::array<ApState, max_cpus> ap_states{};
constinit SentCommands sent_commands;
constinit trampoline::Mailbox last_message{};
constinit PanicRecord panic_record;

}  // namespace observed
