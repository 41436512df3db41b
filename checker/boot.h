// The one place that knows which engines there are: a further one is a folder, and a line here.
#pragma once

#include "checker/bochs/run.h"
#include "checker/qemu/run.h"

namespace checker {

/// Boots in the engine that is asked for.
inline evidence::Evidence boot(evidence::Engine engine, const engine::Request& request) {
    return engine == evidence::Engine::qemu ? qemu::run(request) : bochs::run(request);
}

}  // namespace checker
