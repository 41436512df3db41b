// What the checker's programs have in common: how grading reaches the engines.
#pragma once

#include "checker/bochs/run.h"
#include "checker/grading/grader.h"
#include "checker/qemu/run.h"

namespace checker {

/// Boots in the engine that is asked for.
inline evidence::Evidence boot(const grading::Boot& boot) {
    engine::Request request;
    request.way = boot.way;
    request.kernel_elf = boot.kernel_elf;
    request.iso = boot.iso;
    request.firmware = boot.firmware;
    request.source_root = boot.source_root;
    request.cpus = boot.cpus;
    return boot.engine == evidence::Engine::qemu ? qemu::run(request) : bochs::run(request);
}

}  // namespace checker
