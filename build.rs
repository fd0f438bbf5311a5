//! Packs the places that the loader must mend when it starts the program: two megabytes less to hold in memory.

use std::env;
use std::process::Command;

/// Loaders of older C libraries can't read them.
const SINCE: (u32, u32) = (2, 36);

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    // Of another machine than this one nobody knows which C library it has.
    let is_for_here = env::var_os("TARGET") == env::var_os("HOST");
    if is_for_here && glibc().is_some_and(|version| version >= SINCE) {
        println!("cargo::rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
    }
}

/// "glibc 2.41" as (2, 41); none with another C library.
fn glibc() -> Option<(u32, u32)> {
    let said = Command::new("getconf").arg("GNU_LIBC_VERSION").output().ok()?;
    let said = String::from_utf8(said.stdout).ok()?;
    let (major, minor) = said.trim().strip_prefix("glibc ")?.split_once('.')?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}
