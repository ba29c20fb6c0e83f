//! The `live-classroom` program: arguments → configuration → server → ctrl-c → stop.
//! Everything else is in the library; [`cli`] holds the commands.

use std::process::ExitCode;

use clap::Parser;

mod cli;

fn main() -> ExitCode {
    let args = cli::Args::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let done = match runtime {
        Ok(runtime) => runtime.block_on(cli::run(args)),
        Err(error) => Err(anyhow::anyhow!(error).context("cannot start the threads of the program")),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("live-classroom: {error:#}");
            ExitCode::FAILURE
        }
    }
}
