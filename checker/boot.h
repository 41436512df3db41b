// The one place that knows which engines there are: a further one is a folder, and a line here.
#pragma once

#include "checker/bochs/run.h"
#include "checker/qemu/run.h"

namespace checker {

/// The engines of one submission. Several may boot at the same time.
class Engines {
  public:
    /// Boots in the engine that is asked for.
    evidence::Evidence boot(evidence::Engine engine, const engine::Request& request) {
        return engine == evidence::Engine::qemu ? qemu::run(request, servers_)
                                                : bochs::run(request, servers_);
    }

  private:
    process::ForkServers servers_;
};

}  // namespace checker
