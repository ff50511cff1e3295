//! What proving needs of the machine, said before it starts.

/// Settings under which every stage fits 2 cores and 24 GiB; whatever is set already stays.
const THROTTLE: [(&str, &str); 9] = [
    ("RAYON_NUM_THREADS", "2"),
    ("TOKIO_WORKER_THREADS", "2"),
    ("ELEMENT_THRESHOLD", "50331648"),
    ("HEIGHT_THRESHOLD", "524288"),
    ("SHARD_SIZE", "1048576"),
    ("MEMORY_LIMIT", "4294967296"),
    ("TRACE_CHUNK_SLOTS", "2"),
    ("SP1_WORKER_NUMBER_OF_GAS_EXECUTORS", "1"),
    ("SP1_WORKER_GAS_EXECUTOR_BUFFER_SIZE", "1"),
];
const WORKERS: [&str; 7] =
    ["SPLICING", "CORE", "SETUP", "PREPARE_REDUCE", "RECURSION_EXECUTOR", "RECURSION_PROVER", "DEFERRED"];

/// Sets the throttle in this process's environment. Before any thread is started.
pub fn throttle() {
    let workers = WORKERS
        .iter()
        .flat_map(|worker| [format!("SP1_WORKER_NUM_{worker}_WORKERS"), format!("SP1_WORKER_{worker}_BUFFER_SIZE")]);
    let settings = workers.map(|name| (name, "1".to_string()));
    let fixed = THROTTLE.iter().map(|(name, value)| (name.to_string(), value.to_string()));
    for (name, value) in settings.chain(fixed) {
        if std::env::var_os(&name).is_none() {
            std::env::set_var(name, value);
        }
    }
}

/// Says what a stage takes, and refuses where memory and swap do not hold it.
///
/// # Errors
/// With what there is, what is needed, and how to go on.
pub fn require_memory(stage: &str, gigabytes: u64, minutes: &str) -> Result<(), String> {
    let available = available_kilobytes().map(|kilobytes| kilobytes / 1_000_000);
    let here = available.map_or("unknown".to_string(), |found| format!("{found} GB"));
    eprintln!("{stage}: about {gigabytes} GB of memory and {minutes} on two cores; available: {here}.");
    match available {
        Some(found) if found < gigabytes && std::env::var_os("COLOPHON_PROVE_ANYWAY").is_none() => Err(format!(
            "{stage} needs about {gigabytes} GB, {found} GB are available: free some, add swap, use the prover network, or set COLOPHON_PROVE_ANYWAY=1."
        )),
        _ => Ok(()),
    }
}

/// Free memory and swap; none where the system does not say.
fn available_kilobytes() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/meminfo").ok()?;
    let field = |name: &str| {
        let line = text.lines().find(|line| line.starts_with(name))?;
        line.split_whitespace().nth(1)?.parse::<u64>().ok()
    };
    Some(field("MemAvailable:")? + field("SwapFree:")?)
}
