# Shared by scripts/run, scripts/test and .ci/run: what is needed, and how it gets here.
# shellcheck shell=sh

# Programs and libraries to build and run; and those that only tests need.
build_packages='gcc meson ninja-build pkg-config libuv1-dev libjansson-dev libsodium-dev
libutf8proc-dev libxxhash-dev libinih-dev liblmdb-dev libdw-dev'
test_packages='check libtelnet-dev'
ci_packages='clang clang-format-14 libclang-rt-14-dev llvm-14 lld
wasi-libc libclang-rt-14-dev-wasm32 tintin++ tf5 telnet python3 python3-jsonschema git spin valgrind'

# Many tests wait for most of their time: two for each processor.
export MESON_TESTTHREADS="${MESON_TESTTHREADS:-$(($(nproc) * 2))}"

say() {
    printf '== %s\n' "$*"
}

is_debian() {
    [ -r /etc/debian_version ] && command -v apt-get >/dev/null 2>&1
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null 2>&1; then
        sudo "$@"
    else
        echo "This needs root, and there is no sudo: $*" >&2
        return 1
    fi
}

is_installed() {
    dpkg-query -W -f='${Status}' "$1" 2>/dev/null | grep -q 'install ok installed'
}

# Installs those of the named packages that are missing; nothing when none is.
need_packages() {
    missing=
    if ! is_debian; then
        echo "This is not Debian. Please see to it that you have what these Debian packages hold:"
        # shellcheck disable=SC2086
        printf '  %s\n' $*
        return 0
    fi
    for package in $*; do
        is_installed "$package" || missing="$missing $package"
    done
    [ -n "$missing" ] || return 0
    say "installing$missing"
    # shellcheck disable=SC2086
    { as_root apt-get install -y --no-install-recommends $missing >/dev/null 2>&1 ||
        { as_root apt-get update -qq >/dev/null &&
            as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
                --no-install-recommends $missing >/dev/null; }; }
}

# configure FOLDER OPTION…: makes or keeps a build folder.
configure() {
    folder=$1
    shift
    if [ ! -f "$folder/build.ninja" ]; then
        say "configuring $folder"
        meson setup "$folder" "$@" >"$folder.log" 2>&1 || {
            cat "$folder.log"
            return 1
        }
        rm -f "$folder.log"
    fi
}
