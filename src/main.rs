//! `jingling`: see `jingling --help`, and the README.

use std::process::ExitCode;

fn main() -> ExitCode {
    jingling::cli::main()
}
