//! Packs the places that the loader must mend when it starts the program, and keeps functions that came out alike only once:
//! megabytes less to hold in memory.

use std::env;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// Loaders of older C libraries can't read them.
const SINCE: (u32, u32) = (2, 36);

const FOLD: &str = "-Wl,--icf=all";

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    // Of another machine than this one nobody knows which C library it has, nor how it links.
    if env::var_os("TARGET") != env::var_os("HOST") {
        return;
    }
    if glibc().is_some_and(|version| version >= SINCE) {
        println!("cargo::rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
    }
    if links_with(FOLD).unwrap_or_default() {
        println!("cargo::rustc-link-arg-bins={FOLD}");
    }
}

/// "glibc 2.41" as (2, 41); none with another C library.
fn glibc() -> Option<(u32, u32)> {
    let said = Command::new("getconf").arg("GNU_LIBC_VERSION").output().ok()?;
    let said = String::from_utf8(said.stdout).ok()?;
    let (major, minor) = said.trim().strip_prefix("glibc ")?.split_once('.')?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}

/// Not every linker knows every argument: a program that does nothing tells.
fn links_with(argument: &str) -> Option<bool> {
    let out = PathBuf::from(env::var_os("OUT_DIR")?).join("nothing");
    let mut rustc = Command::new(env::var_os("RUSTC")?);
    rustc.args(["-", "-C", &format!("link-arg={argument}"), "-o"]).arg(out);
    let flags = env::var("CARGO_ENCODED_RUSTFLAGS").unwrap_or_default();
    rustc.args(flags.split('\x1f').filter(|flag| !flag.is_empty()));
    if let Ok(linker) = env::var("RUSTC_LINKER") {
        rustc.args(["-C", &format!("linker={linker}")]);
    }
    let mut rustc = rustc.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().ok()?;
    rustc.stdin.take()?.write_all(b"fn main() {}").ok()?;
    Some(rustc.wait().ok()?.success())
}
