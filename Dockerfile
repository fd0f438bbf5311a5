# Usherr in a small image: built on Debian, run as its own user, with a health check. Works for amd64 and arm64.
FROM rust:1.95-slim-trixie AS build
WORKDIR /src
COPY Cargo.toml Cargo.lock build.rs ./
COPY .cargo .cargo
COPY benches benches
# The crates first, so that a change of ours does not build them again.
RUN mkdir src \
 && echo 'fn main() {}' >src/main.rs \
 && echo '' >src/lib.rs \
 && cargo build --release --locked \
 && rm -rf src target/release/usherr target/release/deps/*usherr* target/release/.fingerprint/usherr-*
COPY . .
RUN cargo build --release --locked

FROM debian:trixie-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates \
 && rm -rf /var/lib/apt/lists/* \
 && groupadd --system --gid 5699 usherr \
 && useradd --system --uid 5699 --gid usherr --home-dir /data --shell /usr/sbin/nologin usherr \
 && install -d -o usherr -g usherr -m 0750 /data
COPY --from=build /src/target/release/usherr /usr/local/bin/usherr
USER usherr
ENV USHERR_DATA_DIR=/data
VOLUME /data
EXPOSE 5699
HEALTHCHECK --interval=30s --timeout=5s --start-period=15s CMD ["usherr", "healthcheck"]
ENTRYPOINT ["usherr"]
CMD ["serve"]
