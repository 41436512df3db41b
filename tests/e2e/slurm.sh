# A class is graded on a Slurm cluster as it is on one machine; here on one of a single node, which the test
# starts and ends itself.

# a_cluster: starts one in $scratch/slurm, on ports of its own.
a_cluster() {
    slurm=$scratch/slurm
    mkdir -p "$slurm/state" "$slurm/spool"
    chmod 755 "$scratch" "$slurm"
    export SLURM_CONF="$slurm/slurm.conf"
    host=$(hostname -s) user=$(id -un) port=$((20000 + $$ % 20000))
    cat > "$SLURM_CONF" <<END
ClusterName=sipi
SlurmctldHost=$host(127.0.0.1)
SlurmUser=$user
SlurmdUser=$user
AuthType=auth/munge
AuthInfo=socket=$slurm/munge
StateSaveLocation=$slurm/state
SlurmdSpoolDir=$slurm/spool
SlurmctldPidFile=$slurm/slurmctld.pid
SlurmdPidFile=$slurm/slurmd.pid
SlurmctldPort=$port
SlurmdPort=$((port + 1))
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
SchedulerParameters=batch_sched_delay=0,sched_interval=1
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
NodeName=$host NodeAddr=127.0.0.1 CPUs=2 State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
END
    (umask 077 && head -c 1024 /dev/urandom > "$slurm/key")
    started=
    trap 'for each in $started; do kill "$each" || true; done; wait' EXIT
    PATH=$PATH:/usr/sbin
    munged --foreground --force --key-file="$slurm/key" --socket="$slurm/munge" --pid-file="$slurm/munged.pid" \
        --log-file="$slurm/munged.log" --seed-file="$slurm/seed" > "$slurm/munged" 2>&1 &
    started="$!"
    sleep 0.3
    slurmctld -D > "$slurm/slurmctld" 2>&1 &
    started="$started $!"
    slurmd -D > "$slurm/slurmd" 2>&1 &
    started="$started $!"
    for _ in 1 2 3 4 5 6 7 8 9 10; do
        ! sinfo --noheader 2> "$slurm/sinfo" | grep -q idle || return 0
        sleep 1
    done
    cat "$slurm"/slurm*d
    fail "the cluster does not come up"
}

test_a_cluster_grades_as_one_machine_does_and_goes_on_when_it_was_left() {
    python3 tests/classroom/make_class.py "$scratch/class" 4
    set -- build/sipi grade-class --from "$scratch/class" --engine qemu --lab 5
    "$@" --out "$scratch/local" > "$scratch/said" 2>&1 || { cat "$scratch/said"; fail "not even here"; }
    a_cluster
    timeout -s KILL 2 "$@" --out "$scratch/cluster" --engine-host slurm > "$scratch/said" 2>&1 || true
    "$@" --out "$scratch/cluster" --engine-host slurm > "$scratch/said" 2>&1 || { cat "$scratch/said"; fail "not on the cluster"; }
    diff -r -x work -x seconds.csv "$scratch/local" "$scratch/cluster" || fail "other reports"
    ls "$scratch/cluster/work/slurm"/*.log > "$scratch/logs" || fail "no job ran"
}
